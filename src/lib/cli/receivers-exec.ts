import type {Json} from '../engine/json.js'
import {foldedText} from '../report/fold.js'
import {wrap} from '../report/wrap.js'
import type {ExecInput} from '../runbooks/receivers/exec.js'
import {outputOf} from '../runbooks/receivers/steps/exec.js'
import {plainCommand} from '../systems/receivers/scripts.js'
import {cleanLines} from '../text/clean.js'
import type {Environment} from './environment.js'
import type {ChangeFlags} from './flags.js'
import {performRunbook} from './perform.js'
import {askHosts, nobody} from './receivers-ask.js'
import type {AskFlags} from './receivers-flags.js'
import {widthOf} from './screen.js'

const TIMEOUT_MS = 60_000
const KEPT = 64 * 1024
const NAMES = 40
/** Lines of one output that a person is shown; --json has them all. */
const LINES = 20

type Said = {id: string; said: string; bad: boolean}
type Group = {said: string; bad: boolean; hosts: string[]}

/** Runs a command that only reads on every host, and groups what they say. @throws when none could be reached */
export async function receiversRead(
  name: string,
  cohort: string | undefined,
  argv: readonly string[],
  flags: AskFlags & {timeout?: number | undefined},
  at: Environment,
): Promise<{lines: string[]; json: Json}> {
  const {words, answers} = await askHosts(name, cohort, flags, at, async (link, _host, _fleet, signal) => {
    const {timeout: timeoutMs = TIMEOUT_MS, 'connect-timeout': connectTimeoutMs} = flags
    const result = await link.run(plainCommand(argv), {
      signal,
      timeoutMs,
      connectTimeoutMs,
      keepBytes: KEPT,
      repeatable: true,
    })
    return {code: result.code, output: outputOf(result)}
  })
  const failed = nobody(answers)
  if (failed) throw Object.assign(new Error(failed.message), failed)
  const said = answers.map((one): Said => {
    if ('failed' in one)
      return {id: one.id, bad: true, said: `${one.failed.class ?? one.failed.fault}: ${one.failed.message}`}
    const {code, output} = one.value
    return {
      id: one.id,
      bad: code !== 0,
      said: code === 0 ? output : `exit ${code ?? 'by a signal'}: ${output}`,
    }
  })
  const groups = grouped(said)
  return {lines: groupLines(groups), json: {fleet: name, words, hosts: answers.length, groups}}
}

/** Runs a command that may change something, in waves; what the hosts printed follows how it ended. */
export async function receiversRun(
  input: ExecInput,
  flags: ChangeFlags,
  at: Environment,
  version: string,
): Promise<string[]> {
  const {exec} = await import('../runbooks/receivers/exec.js')
  const {steps} = await performRunbook(exec, {input}, flags, at, version)
  const ran = steps.filter(({state}) => state === 'changed')
  return groupLines(grouped(ran.map(({step, saw}) => ({id: step, said: saw, bad: false}))))
}

/** Equal outputs are one group; the largest first, and those that went wrong last. */
function grouped(all: readonly Said[]): Group[] {
  const groups = new Map<string, Group>()
  for (const {id, said, bad} of all) {
    const group = groups.get(said) ?? {said, bad, hosts: []}
    groups.set(said, group)
    group.hosts.push(id)
  }
  return [...groups.values()].sort((a, b) => Number(a.bad) - Number(b.bad) || b.hosts.length - a.hosts.length)
}

/** One line for a group that says one line. */
function groupLines(groups: readonly Group[]): string[] {
  const width = widthOf(process.stdout)
  return groups.flatMap(({said, hosts}) => {
    const lead = `${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'} ${foldedText(hosts, NAMES)}:`
    const lines = cleanLines(said === '' ? '(no output)' : said)
    if (lines.length === 1) return wrap(lines[0] ?? '', width, `${lead} `)
    const more = lines.length - LINES
    return [
      ...wrap(lead, width),
      ...lines.slice(0, LINES).flatMap((line) => wrap(line, width, '  ')),
      ...(more > 0 ? [`  ... and ${more} lines more`] : []),
    ]
  })
}
