import {failing} from '../../../engine/failure.js'
import {type Probe, type Step, step} from '../../../engine/step.js'
import {jobsOf, lookAtBoot, rebootHost, surveyBoot} from '../../../systems/linux/boot.js'
import type {LinuxHost, LinuxSystems} from '../../../systems/linux/host.js'
import {saidNo} from '../../said-no.js'
import type {RebootInput} from '../reboot-input.js'
import {type Booted, backUp} from './back-up.js'
import type {Course} from './hook.js'

/** A reboot that a killed run has sent may be on its way for so long. */
const ON_ITS_WAY_MS = 5000
const POLL_MS = 500

/** Reboots one host, once: another boot is the proof; then what was there before must be there again. */
export function rebootStep(systems: LinuxSystems, asked: RebootInput, name: string, course: Course): Step {
  const {downMs, upMs} = asked
  /** The boot that was last seen, and whether it was ending. */
  let seen = {boot: '', state: ''}
  let sent: 'not' | 'turned-down' | 'sent' = 'not'
  let gone = false
  let bootedAt: number | undefined

  return step<Booted>({
    id: `${name}/reboot`,
    says: `${name}: reboot`,
    async probe(signal, before, waitedMs = 0) {
      const host = await systems.linux(name)
      if (before === undefined) return await baseline(host, signal)
      seen = await look(host, signal)
      if (seen.boot !== before.boot) return await back(host, before, signal)
      if (sent === 'not') {
        await systems.sleep(ON_ITS_WAY_MS, signal)
        seen = await look(host, signal)
        if (seen.boot !== before.boot) return await back(host, before, signal)
      }
      if (sent === 'sent' && waitedMs >= downMs) throw await stillUp(host, signal)
      return {
        reached: false,
        saw: seen.state === 'stopping' ? 'it is going down' : 'not rebooted yet',
        before,
      }
    },
    async apply(signal, before) {
      if (course.notDrained.has(name)) throw saidNo('not rebooted: it was not drained', 'drain')
      sent = 'sent'
      if (seen.boot !== before.boot || seen.state === 'stopping') return
      const said = await rebootHost(await systems.linux(name), `redeye-reboot-${systems.now()}`, signal)
      if (!said.denied) return
      sent = 'turned-down'
      throw saidNo(`not allowed to reboot: ${said.says}`, 'no-sudo')
    },
    patienceMs: downMs + upMs,
    pollMs: POLL_MS,
    undo: {kind: 'leave', why: 'a reboot has no undo'},
    irreversible: 'what only lived in memory is gone',
  })

  async function baseline(host: LinuxHost, signal: AbortSignal): Promise<Probe<Booted>> {
    const {boot, state, failed, ports, mounts} = await surveyBoot(host, signal)
    seen = {boot, state}
    return {reached: false, saw: state, before: {boot, failed, ports, mounts}}
  }

  /** Out of reach is on the way; a host that comes back with another key is not ours any more. */
  async function look(host: LinuxHost, signal: AbortSignal) {
    try {
      return await lookAtBoot(host, signal)
    } catch (error) {
      const {fault, class: kind, message} = failing(error)
      if (fault === 'refused' && kind === 'host-key') throw saidNo(message, 'host-key')
      if (fault === 'answered' || sent !== 'sent') throw error
      gone = true
      // As long as it answers, the old connection is the only one: sshd is stopped early. It may be dead without saying so.
      host.reconnect()
      throw Object.assign(new Error(`it is down, and not back yet: ${message}`), {
        fault: 'lost',
        class: 'not-back',
        hint: `look at the console of ${name}`,
      })
    }
  }

  async function stillUp(host: LinuxHost, signal: AbortSignal): Promise<Error> {
    const jobs = await jobsOf(host, signal).catch(() => [])
    const what = gone ? 'it was out of reach and came back with the same boot' : 'it did not go down'
    const waits = jobs.length > 0 ? ['systemd waits for:', ...jobs] : ['systemd has no job under way']
    return saidNo([`${what} within ${Math.round(downMs / 1000)} s`, ...waits].join('\n'), 'not-down')
  }

  async function back(host: LinuxHost, before: Booted, signal: AbortSignal): Promise<Probe<Booted>> {
    bootedAt ??= systems.now()
    const waitedMs = systems.now() - bootedAt
    const probe = await backUp(host, asked, before, {waitedMs, verdict: sent !== 'not'}, signal)
    if (probe.reached) course.well.add(name)
    return probe
  }
}
