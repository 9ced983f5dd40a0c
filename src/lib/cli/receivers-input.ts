import {randomInt} from 'node:crypto'
import type {ReceiversTarget} from '../inventory/receivers.js'
import type {Allowance, FanOut, GateInput} from '../runbooks/receivers/input.js'
import {parseWaves} from '../runbooks/receivers/waves.js'
import {datadogAccess} from './datadog-env.js'
import type {Environment} from './environment.js'
import type {FanOutFlags} from './receivers-flags.js'
import {selectionOf} from './receivers-selection.js'
import {UsageError} from './usage-error.js'

const TIMEOUT_MS = 60_000
const MAX_OUT = '20%'
/** Up to here hosts are locked one by one; see docs/decisions/0005-fleet-locks.md. */
const LOCKED_BY_NAME = 25

/** Flags as the runbooks of a fleet want them. @throws UsageError before anything is contacted */
export async function fanOutInput(
  name: string,
  cohort: string | undefined,
  flags: FanOutFlags,
  at: Environment,
): Promise<{input: FanOut; target: ReceiversTarget}> {
  const waves = parseWaves(flags.waves)
  if (!waves)
    throw new UsageError(`--waves ${flags.waves}: write sizes such as 1,10,1%,10%,rest, with rest at the end`)
  const width = widthOf(flags.width)
  const maxFailures = allowanceOf('max-failures', flags['max-failures'])
  const maxUnreachable = allowanceOf('max-unreachable', flags['max-unreachable'])
  const gate = gateOf(flags.gate, at)
  const spread = spreadOf(flags)
  const {fleet, selection, ids} = await selectionOf(name, cohort, flags, at)
  const input: FanOut = {
    fleet: name,
    selection,
    hosts: ids.length,
    holds: holdsOf(name, ids, spread !== null),
    order: {by: flags.order, seed: flags['order-seed'] ?? randomInt(2 ** 31)},
    waves,
    width,
    maxFailures,
    maxUnreachable,
    strict: flags.strict,
    soakMs: flags.soak ?? null,
    gate,
    spread,
    probe: flags.probe,
    retryUnreachable: flags['retry-unreachable'],
    connectTimeoutMs: flags['connect-timeout'],
    timeoutMs: flags.timeout ?? TIMEOUT_MS,
  }
  return {input, target: fleet.target}
}

/** @throws UsageError when neither the flag nor the inventory names one */
export function unitOf(said: string | undefined, {service}: ReceiversTarget): string {
  const unit = said ?? service
  if (unit === undefined)
    throw new UsageError('which unit? name it with --service, or as service: in the inventory')
  return unit
}

/** @throws UsageError when the inventory does not say which account */
export function ssmOf({ssm}: ReceiversTarget, fleet: string): {account: string; column: string} {
  if (ssm === undefined)
    throw new UsageError(`--via ssm: the inventory does not say which account has the nodes of ${fleet}`, [
      `add to receivers.${fleet}: ssm: {account: prod, column: ssm}, and the column to the list of hosts`,
    ])
  return ssm
}

function holdsOf(name: string, ids: readonly string[], spreads: boolean): string[] {
  if (ids.length > LOCKED_BY_NAME || spreads) return [`receivers/${name}`]
  return ids.map((id) => `receivers/${name}/${id}`)
}

export function widthOf(text: string): number | null {
  if (text === 'auto') return null
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text)
  throw new UsageError(`--width ${text}: write a number of hosts, or auto`)
}

function allowanceOf(flag: string, text: string): Allowance {
  if (/^\d{1,6}$/.test(text)) return {hosts: Number(text)}
  return {percent: percentOf(flag, text)}
}

function percentOf(flag: string, text: string): number {
  const percent = /^\d{1,3}(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) : Number.NaN
  if (!(percent <= 100))
    throw new UsageError(`--${flag} ${text}: write a number such as 3, or percent such as 2%`)
  return percent
}

/** Missing keys are found before the run, not after its first wave. */
function gateOf(text: string | undefined, {env}: Environment): GateInput | null {
  if (text === undefined) return null
  const [, monitor] = /^datadog:(.*)$/.exec(text) ?? []
  if (monitor !== undefined) {
    if (!/^[1-9]\d{0,14}$/.test(monitor))
      throw new UsageError(`--gate ${text}: write the number of a monitor, such as datadog:1234567`)
    datadogAccess(env)
    return {monitor: Number(monitor)}
  }
  return /^https?:\/\//.test(text) ? {url: text} : {command: text}
}

function spreadOf(flags: FanOutFlags): FanOut['spread'] {
  const {'spread-by': label, 'max-out': maxOut = MAX_OUT} = flags
  if (label === undefined) return null
  const maxOutPercent = percentOf('max-out', maxOut)
  if (maxOutPercent === 0) throw new UsageError('--max-out 0%: then nothing could ever be restarted')
  return {label, maxOutPercent}
}
