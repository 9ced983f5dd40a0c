import type {Probe} from '../../../engine/step.js'
import {afterBoot, unitJournal} from '../../../systems/linux/boot.js'
import type {LinuxHost} from '../../../systems/linux/host.js'
import {lastingPorts} from '../../../systems/linux/ports.js'
import {askApp} from '../../../systems/linux/probe.js'
import {saidNo} from '../../said-no.js'
import type {RebootInput} from '../reboot-input.js'

/** What was there before. */
export type Booted = {boot: string; failed: string[]; ports: number[]; mounts: string[]}

/** Services may come a moment after systemd says that all is started. */
const GRACE_MS = 60_000
const WAIT_SEC = 10
const JOURNAL_LINES = 5
const SHOWN = 3

/**
 * Whether a host that was booted again is as it was before. What is missing may still come, for a while; a unit that failed will
 * not. @param since `verdict`: this run has sent the reboot, so what it finds settles it
 */
export async function backUp(
  host: LinuxHost,
  asked: RebootInput,
  before: Booted,
  since: {waitedMs: number; verdict: boolean},
  signal: AbortSignal,
): Promise<Probe<Booted>> {
  const {expect = [], verify = []} = asked.settings[host.name] ?? {}
  const now = await afterBoot(host, expect, WAIT_SEC, signal)
  if (now.state !== 'running' && now.state !== 'degraded')
    return {reached: false, saw: `booted, and ${now.state || 'not ready'}`, before}
  const failed = now.failed.filter((unit) => !before.failed.includes(unit))
  const missing = [
    ...now.inactive.map((line) => `${line.replace(' ', ' is ')}`),
    ...missingOf('port', lastingPorts(before.ports), now.ports),
    ...missingOf('mount', before.mounts, now.mounts),
  ]
  const answer =
    failed.length === 0 && missing.length === 0 && verify.length > 0
      ? await askApp(host, {cmd: verify}, signal)
      : undefined
  if (answer?.ok === false) missing.push(answer.saw)
  const saw = `booted again, ${failed.length > 0 ? `failed: ${failed.join(', ')}` : missing.join('; ')}`
  if (failed.length > 0 && since.verdict) throw await degraded(host, failed, signal)
  if (failed.length > 0) return {reached: false, saw, before}
  if (missing.length > 0 && since.verdict && since.waitedMs >= Math.min(GRACE_MS, asked.upMs))
    throw saidNo(saw, 'not-as-before')
  if (missing.length > 0) return {reached: false, saw, before}
  return {reached: true, saw: `booted again, ${now.state}${answer ? `; ${answer.saw}` : ''}`, before}
}

function missingOf<One>(what: string, before: readonly One[], now: readonly One[]): string[] {
  const gone = before.filter((one) => !now.includes(one))
  return gone.length === 0 ? [] : [`${what} ${gone.join(', ')} is gone`]
}

async function degraded(host: LinuxHost, failed: readonly string[], signal: AbortSignal): Promise<Error> {
  const lines: string[] = []
  for (const unit of failed.slice(0, SHOWN))
    lines.push(...(await unitJournal(host, unit, JOURNAL_LINES, signal).catch(() => [])))
  return saidNo(
    [
      `it was booted again, and did not come up whole: ${failed.join(', ')} failed, and had not before`,
      ...lines,
    ].join('\n'),
    'degraded',
  )
}
