import type {Json} from '../../engine/json.js'
import {wrap} from '../../report/wrap.js'
import type {Environment} from '../environment.js'
import {widthOf} from '../screen.js'
import {UsageError} from '../usage-error.js'
import type {Said} from './machine.js'
import {partsNamed, traffic} from './parts.js'

/** Takes down the parts that are named, or every one that is up. */
export async function labDownCommand(names: readonly string[], at: Environment): Promise<Said> {
  const {labsDown, partsUp} = await import('../../lab/labs.js')
  const named = partsNamed(names)
  const up = await partsUp(at)
  const absent = named.filter((part) => !up.includes(part))
  if (absent.length > 0)
    throw new UsageError(`the ${absent.join(' and the ')} lab is not up`, [], ['redeye lab status'])
  const ended = await labsDown(named.length > 0 ? named : up, at)
  const lines = ended.flatMap(({part, load}) => [
    `The ${part} lab is down.`,
    ...(load ? wrap(traffic(load), widthOf(process.stdout), '  ') : []),
  ])
  const down = Object.fromEntries(ended.map(({part, load}) => [part, (load ?? null) as unknown as Json]))
  const left = up.length > ended.length
  return {lines: lines.length > 0 ? lines : ['no lab is up'], json: {up: left, down}}
}
