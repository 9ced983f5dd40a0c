import {z} from 'zod'
import type {Check} from '../../engine/check.js'
import type {Finding} from '../../engine/runbook.js'
import {notAllowed} from '../../systems/receivers/said.js'
import {lookAt, mayRestart} from '../../systems/receivers/unit.js'
import type {Facts} from './facts.js'
import {pinned} from './guards/reach.js'
import {selection, unitName} from './input.js'
import {hostsText, someOf} from './names.js'
import type {Chosen, FleetSurroundings} from './surroundings.js'
import {type Answer, sweep} from './sweep.js'

const input = z.strictObject({
  fleet: z.string().min(1),
  selection,
  unit: unitName,
  /** Hosts that are signed in to, drawn. */
  probes: z.number().int().positive(),
  connectTimeoutMs: z.number().int().positive(),
})
type CheckInput = z.infer<typeof input>

const AT_ONCE = 50
/** A few percent of a fleet are always away. */
const AWAY_PERCENT = 20

/** Yes only if a restart could begin now: keys are pinned, bastions answer, and a sample signs in, has the unit and may. */
export const check: Check<CheckInput, FleetSurroundings> = {
  id: 'receivers.check',
  summary: 'Ask whether a restart could begin now',
  input,
  subject: (asked) => asked.fleet,
  async ask(systems, asked, signal) {
    const order = {by: 'random' as const, seed: Math.floor(systems.now() / DAY_MS)}
    const chosen = await systems.choose(asked.fleet, asked.selection, order, null)
    const links = await systems.fleet(asked.fleet)
    const unpinned = await links.unpinned(chosen.hosts)
    const vias = [...new Set(chosen.hosts.flatMap(({via}) => (via === '' ? [] : [via])))]
    const silent = await links.bastions(vias, signal)
    const away = new Set(unpinned)
    const sample = chosen.hosts.filter(({id}) => !away.has(id)).slice(0, asked.probes)
    const {unit, connectTimeoutMs} = asked
    const answers = await sweep(links, sample, AT_ONCE, async (link): Promise<Seen> => {
      const {load} = await lookAt(link, unit, {signal, connectTimeoutMs})
      const answer = await mayRestart(link, unit, {signal, connectTimeoutMs})
      return {load, may: answer.code === 0, why: notAllowed(answer) ? answer.stderr : ''}
    })
    return [
      listed(chosen),
      pinned({chosen, now: {...NOTHING, unpinned}}),
      bastionsAnswer(vias, silent),
      reached(answers),
      ...(answers.some((one) => 'value' in one) ? [hasUnit(unit, answers), mayIt(answers)] : []),
    ]
  },
}

/** The same sample all day. */
const DAY_MS = 86_400_000
const NOTHING: Facts['now'] = {
  unpinned: [],
  bastions: [],
  recent: {hosts: 0, runs: []},
  machine: {fileDescriptors: 0, threads: 0},
  manner: {openssh: '', agent: ''},
  today: [],
}

type Seen = {load: string; may: boolean; why: string}

function listed({hosts, of, words}: Chosen): Finding {
  return {id: 'list', level: 'pass', saw: `${words}: ${hostsText(hosts.length)} of ${of}`}
}

function bastionsAnswer(names: readonly string[], silent: readonly {name: string; error: string}[]): Finding {
  if (silent.length === 0) return {id: 'bastions', level: 'pass', saw: `${names.length} bastions answer`}
  return {id: 'bastions', level: 'refuse', saw: silent.map(({name, error}) => `${name}: ${error}`).join('; ')}
}

/** Away is normal for some; being turned away never is. */
function reached(answers: readonly Answer<Seen>[]): Finding {
  const failed = answers.flatMap((one) => ('failed' in one ? [one] : []))
  const turnedAway = failed.filter(({failed: {fault}}) => fault === 'refused' || fault === 'answered')
  const saw = `${answers.length - failed.length} of ${answers.length} sampled hosts sign in`
  const [first] = turnedAway.length > 0 ? turnedAway : failed
  if (turnedAway.length === 0 && failed.length * 100 <= answers.length * AWAY_PERCENT)
    return {id: 'sign-in', level: 'pass', saw}
  return {
    id: 'sign-in',
    level: 'refuse',
    saw: `${saw}; ${someOf(failed.map(({id}) => id))}: ${first?.failed.message ?? ''}`,
  }
}

function hasUnit(unit: string, answers: readonly Answer<Seen>[]): Finding {
  const without = answers.flatMap((one) => ('value' in one && one.value.load !== 'loaded' ? [one.id] : []))
  if (without.length === 0) return {id: 'unit', level: 'pass', saw: `they have ${unit}`}
  return {id: 'unit', level: 'refuse', saw: `there is no unit ${unit} on ${someOf(without)}`}
}

function mayIt(answers: readonly Answer<Seen>[]): Finding {
  const not = answers.flatMap((one) => ('value' in one && !one.value.may ? [{id: one.id, ...one.value}] : []))
  if (not.length === 0) return {id: 'sudo', level: 'pass', saw: 'restarting it is allowed without a password'}
  return {
    id: 'sudo',
    level: 'refuse',
    saw: `restarting it is not allowed on ${someOf(not.map(({id}) => id))}: ${not[0]?.why || 'sudo says no'}`,
  }
}
