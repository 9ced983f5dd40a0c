import {EarlyEnd} from '../../engine/early.js'
import type {Json} from '../../engine/json.js'
import {suggest} from '../../inventory/suggest.js'
import type {Break} from '../../lab/breaks/break.js'
import type {Incident} from '../../lab/incidents.js'
import {renderTable} from '../../report/table.js'
import {wrap} from '../../report/wrap.js'
import type {Environment} from '../environment.js'
import {widthOf} from '../screen.js'
import {UsageError} from '../usage-error.js'
import type {Said} from './machine.js'

type BreakFlags = {hint: boolean; surprise: boolean; seed: number | undefined}

/** Lists the breaks, tells how one is cured, or breaks something. */
export async function labBreakCommand(
  name: string | undefined,
  {hint, surprise, seed}: BreakFlags,
  at: Environment,
): Promise<Said> {
  if (surprise && (name !== undefined || hint))
    throw new UsageError('say either a name or --surprise', [], ['redeye lab break --surprise'])
  const situation = await look(at)
  const {seeded} = await import('../../lab/random.js')
  const random = seed === undefined ? Math.random : seeded(seed)
  if (surprise) return await breakIt(chooseOne(situation, random), {random, surprise}, at)
  if (name === undefined) return list(situation, hint)
  const one = await named(name)
  if (hint) return hintFor(one, at)
  refuse(one, situation)
  return await breakIt(one, {random, surprise}, at)
}

type Situation = {breaks: readonly Break[]; up: readonly string[]; inForce: readonly Incident[]}

async function look(at: Environment): Promise<Situation> {
  const [{BREAKS}, {incidents, inForce}, {partsUp}] = await Promise.all([
    import('../../lab/breaks/all.js'),
    import('../../lab/incidents.js'),
    import('../../lab/labs.js'),
  ])
  const [up, all] = await Promise.all([partsUp(at), incidents(at)])
  return {breaks: BREAKS, up, inForce: all.filter(inForce)}
}

/** @throws UsageError */
export async function named(name: string): Promise<Break> {
  const {BREAKS, breakNamed} = await import('../../lab/breaks/all.js')
  const one = breakNamed(name)
  if (one) return one
  const names = BREAKS.map((known) => known.name)
  const near = suggest(name, names)
  throw new UsageError(
    `there is no break ${name}${near ? `; did you mean ${near}?` : ''}`,
    [`breaks: ${names.join(', ')}`],
    ['redeye lab break'],
  )
}

function list({breaks, up, inForce}: Situation, hints: boolean): Said {
  const width = widthOf(process.stdout)
  const hidden = inForce.some(({surprise}) => surprise)
  const stateOf = ({name, part}: Break) =>
    inForce.some((one) => one.name === name && !one.surprise)
      ? 'in force'
      : up.includes(part)
        ? 'ready'
        : 'not up'
  const table = {
    columns: [{name: 'break'}, {name: 'now'}, {name: 'practises'}, {name: 'what', shrink: true}],
    rows: breaks.map((one) => [one.name, stateOf(one), one.cure, one.says]),
  }
  return {
    lines: [
      ...renderTable(table, width),
      ...(hints ? ['', ...breaks.flatMap(({name, hint}) => wrap(hint, width, `${name}: `))] : []),
      ...(hidden ? ['', 'A surprise is in force.'] : []),
      ...(up.length === 0 ? ['', 'Nothing is up; start the lab with: redeye lab up'] : []),
    ],
    json: {
      breaks: breaks.map((one) => ({
        name: one.name,
        part: one.part,
        says: one.says,
        practises: one.cure,
        hint: one.hint,
        now: stateOf(one),
      })),
      surprise: hidden,
    },
  }
}

function hintFor(one: Break, at: Environment): Said {
  const practise = one.practise(`${at.stateDir}/lab/${one.part}`)
  const width = widthOf(process.stdout)
  return {
    lines: [...wrap(one.hint, width, `${one.name}: `), ...next(practise)],
    json: {name: one.name, hint: one.hint, practise},
  }
}

function refuse({name, part}: Break, {up, inForce}: Situation): void {
  if (!up.includes(part))
    throw new EarlyEnd(
      'refused',
      `${name} needs the ${part} lab, which is not up`,
      [],
      [`redeye lab up ${part}`],
    )
  if (inForce.some(({surprise}) => surprise))
    throw new EarlyEnd(
      'refused',
      'a surprise is in force: one trouble at a time, until you have found it',
      [],
      ['redeye lab score', 'redeye lab mend'],
    )
  if (inForce.some((one) => one.name === name))
    throw new EarlyEnd(
      'refused',
      `${name} is in force already`,
      [],
      ['redeye lab score', `redeye lab mend ${name}`],
    )
}

function chooseOne(situation: Situation, random: () => number): Break {
  const {breaks, up, inForce} = situation
  const possible = breaks.filter(
    ({name, part, task}) => up.includes(part) && !task && !inForce.some((one) => one.name === name),
  )
  const one = possible[Math.floor(random() * possible.length)]
  if (!one)
    throw new EarlyEnd(
      'refused',
      'nothing is up that could be broken',
      [],
      ['redeye lab up', 'redeye lab break'],
    )
  refuse(one, situation)
  return one
}

const LOOK = ['redeye lab status', 'redeye lab down && redeye lab up']

async function breakIt(
  one: Break,
  how: {random: () => number; surprise: boolean},
  at: Environment,
): Promise<Said> {
  const {breakLab} = await import('../../lab/breaking.js')
  const incident = await breakLab(one, {...how, stateDir: at.stateDir}).catch((error: Error) => {
    const what = how.surprise ? 'it' : one.name
    throw new EarlyEnd('unreachable', `${what} could not be broken: ${error.message}`, [], LOOK)
  })
  const brokenAt = new Date(incident.brokenAt).toISOString()
  const after = ['redeye lab score', 'redeye lab mend']
  if (how.surprise)
    return {
      lines: [
        'Something is broken. Find it, and put it right; lab score tells what it was.',
        ...next(['redeye lab status', ...after]),
      ],
      json: {surprise: true, brokenAt},
    }
  const [first = ''] = one.practise(`${at.stateDir}/lab/${one.part}`)
  const task = one.task?.(incident.detail)
  return {
    lines: [
      `Broken: ${one.name}: ${one.says}.`,
      ...(task ? [`Your task: ${task}.`] : []),
      ...next([first, `redeye lab break ${one.name} --hint`, ...after]),
    ],
    json: {name: one.name, brokenAt, ...(task !== undefined && {task})} as Json,
  }
}

function next(commands: readonly string[]): string[] {
  return ['', 'Next:', ...commands.map((command) => `  ${command}`)]
}
