import {z} from 'zod'
import type {Check} from '../../engine/check.js'
import {failing} from '../../engine/failure.js'
import type {Finding} from '../../engine/runbook.js'
import {type HostHealth, readHealth} from '../../systems/linux/health.js'
import type {LinuxHost, LinuxSystems} from '../../systems/linux/host.js'

const input = z.strictObject({
  hosts: z.array(z.string()).min(1),
  /** How far its clock may be off. */
  maxOffsetMs: z.number().positive(),
})
type CheckInput = z.infer<typeof input>

const LEAST_KIB = 64 * 1024

/** Yes only if every host answers, could be worked on, and is well. */
export const check: Check<CheckInput, LinuxSystems> = {
  id: 'linux.check',
  summary: 'Ask whether hosts are well, and whether runbooks could work on them',
  input,
  subject: ({hosts}) => hosts.join(', '),
  async ask(systems, asked, signal) {
    const answers = await Promise.all(
      asked.hosts.map((name) => askHost(systems, name, asked.maxOffsetMs, signal)),
    )
    // Nobody at all is a matter of this side rather than of the hosts.
    const errors = answers.flatMap((one) => ('error' in one ? [one.error] : []))
    if (errors.length === answers.length) throw errors[0]
    return answers.flatMap((one) => ('error' in one ? [awayFinding(one)] : one.findings))
  },
}

type Answer = {name: string; findings: Finding[]} | {name: string; error: unknown}

async function askHost(
  systems: LinuxSystems,
  name: string,
  maxOffsetMs: number,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const host = await systems.linux(name)
    const {health, offsetMs, marginMs} = await timed(systems, host, signal)
    return {
      name,
      findings: [...healthFindings(name, health), clockFinding(name, offsetMs, marginMs, maxOffsetMs)],
    }
  } catch (error) {
    return {name, error}
  }
}

/** The clock of a host lies between the sending and the answer; the connection is there before. */
async function timed(systems: LinuxSystems, host: LinuxHost, signal: AbortSignal) {
  await readHealth(host, signal)
  const sent = systems.now()
  const health = await readHealth(host, signal)
  const marginMs = (systems.now() - sent) / 2
  const offsetMs = health.clockSec === null ? null : health.clockSec * 1000 - (sent + marginMs)
  return {health, offsetMs, marginMs}
}

function awayFinding({name, error}: {name: string; error: unknown}): Finding {
  const {message, hint} = failing(error)
  return {id: `${name}/reach`, level: 'refuse', saw: message, ...(hint !== undefined && {clear: hint})}
}

function healthFindings(name: string, health: HostHealth): Finding[] {
  const {system, release, init, user, sudo, lacks, state, failed, freeKib, readOnly} = health
  const yes = (id: string, good: boolean, says: string, otherwise: string): Finding => ({
    id: `${name}/${id}`,
    level: good ? 'pass' : 'refuse',
    saw: good ? says : otherwise,
  })
  const tight = Object.entries(freeKib).filter(([, kib]) => kib < LEAST_KIB)
  return [
    yes('reach', true, `answers as ${user}: ${release || system}`, ''),
    yes('systemd', init === 'systemd', 'systemd runs', `process 1 is ${init}, not systemd`),
    yes(
      'sudo',
      sudo,
      'root without a password',
      `sudo does not let ${user} restart units without a password`,
    ),
    yes('tools', lacks.length === 0, 'all tools are there', `there is no ${lacks.join(', ')}`),
    yes(
      'units',
      failed.length === 0 && state !== 'stopping',
      `units are well (${state})`,
      failed.length > 0 ? `failed: ${failed.join(', ')}` : 'it is going down',
    ),
    yes(
      'space',
      tight.length === 0,
      'there is space for temporary files',
      `less than 64 MiB free in ${tight.map(([dir]) => dir).join(' and ')}`,
    ),
    yes('writable', readOnly.length === 0, 'its disks are writable', `read-only: ${readOnly.join(', ')}`),
  ]
}

/** Unknown is no yes; nor is a difference that the way there could explain. */
function clockFinding(name: string, offsetMs: number | null, marginMs: number, maxOffsetMs: number): Finding {
  const id = `${name}/clock`
  if (offsetMs === null) return {id, level: 'refuse', saw: 'its clock could not be read'}
  const off = Math.round(Math.abs(offsetMs))
  if (off <= maxOffsetMs + marginMs) return {id, level: 'pass', saw: `its clock is right (${off} ms off)`}
  const way = offsetMs > 0 ? 'ahead' : 'behind'
  return {id, level: 'refuse', saw: `its clock is ${off} ms ${way}, give or take ${Math.round(marginMs)} ms`}
}
