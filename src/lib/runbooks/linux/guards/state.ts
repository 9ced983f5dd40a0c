import type {Finding} from '../../../engine/runbook.js'
import {overHosts} from '../each.js'
import type {RestartInput} from '../restart-input.js'
import {pending, type ServiceFacts} from '../service-facts.js'
import {wavesOf} from '../waves.js'

type Of = (asked: RestartInput, facts: ServiceFacts) => Finding

const FULL_PERCENT = 97

/** All that a restart may need, so that it does not end half-way. */
export const maySudo: Of = ({daemonReload}, facts) =>
  overHosts(
    pending(facts),
    {
      id: 'sudo-needs-password',
      pass: 'all of it is allowed without a password',
      clear: 'allow these in sudoers: USER ALL=(root) NOPASSWD: /usr/bin/systemctl ...',
    },
    (host) => {
      const {user, denied = [], unit} = facts.hosts[host] ?? {}
      const needed = denied.filter(
        (line) =>
          line.startsWith('systemctl restart') ||
          (daemonReload && line.endsWith('daemon-reload')) ||
          (unit?.active === 'failed' && line.startsWith('systemctl reset-failed')),
      )
      if (needed.length === 0) return undefined
      return {says: `sudo does not let ${user} run without a password: ${needed.join(', ')}`}
    },
  )

export const dependents: Of = ({unit}, facts) =>
  overHosts(
    pending(facts),
    {
      id: 'dependents',
      pass: `nothing else stops with ${unit}`,
      clear: 'agree with whoever uses them',
      overridable: true,
    },
    (host) => {
      const units = facts.hosts[host]?.dependents ?? []
      return units.length > 0 ? {says: `${units.join(', ')} would be restarted with it`} : undefined
    },
  )

export const filesRead: Of = ({daemonReload}, facts) =>
  overHosts(
    pending(facts),
    {
      id: 'daemon-reload',
      pass: 'systemd knows its unit files as they are',
      clear: 'add --daemon-reload to read them first; overridden, it is restarted as systemd knows it',
      overridable: true,
    },
    (host) => {
      if (!facts.hosts[host]?.unit.needsReload) return undefined
      if (daemonReload) return {says: 'its files were changed; they are read again first', level: 'warn'}
      return {says: 'its files were changed since systemd read them'}
    },
  )

export const configGood: Of = ({settings}, facts) =>
  overHosts(
    pending(facts),
    {
      id: 'config-test',
      pass: Object.values(facts.hosts).some(({configTest}) => configTest)
        ? 'its configuration is good'
        : 'no test of its configuration is known',
      clear: 'correct the configuration first: with this one it would not start again',
      overridable: true,
    },
    (host) => {
      const {verdict, says} = facts.hosts[host]?.configTest ?? {verdict: 'good', says: ''}
      const command = settings[host]?.configTest.join(' ')
      if (verdict === 'good') return undefined
      if (verdict === 'bad') return {says: `${command}: ${says}`}
      const why = verdict === 'absent' ? 'there is no such program' : 'not allowed to run it'
      return {says: `${command} was not run: ${why}`, level: settings[host]?.ownTest ? 'refuse' : 'warn'}
    },
  )

/** What should be known, and forbids nothing. */
export const remarks: Of = (_asked, facts) =>
  overHosts(pending(facts), {id: 'state', pass: 'it runs, and the host is well'}, (host) => {
    const {unit, load = 0, diskPercent} = facts.hosts[host] ?? {}
    const says = [
      ...(unit?.active === 'failed'
        ? [
            `it has failed (${unit.result}); reset-failed comes first, so that its start limit does not stop us`,
          ]
        : unit?.active === 'active'
          ? []
          : [`it is ${unit?.active}: a restart starts it`]),
      ...((unit?.restarts ?? 0) > 0 ? [`systemd has restarted it ${unit?.restarts} times by itself`] : []),
      ...(unit?.triggeredBy.some((one) => one.endsWith('.socket'))
        ? [`${unit.triggeredBy.join(', ')} may start it`]
        : []),
      ...((diskPercent ?? 0) >= FULL_PERCENT ? [`its disk is ${diskPercent} % full`] : []),
      ...(load > 20 ? [`its load is ${load}`] : []),
    ]
    return says.length > 0 ? {says: says.join('; '), level: 'warn'} : undefined
  })

/** Somebody of each group must go on serving while a wave is away. */
export const someoneServes: Of = (asked, facts) =>
  overHosts(
    pending(facts),
    {
      id: 'last-healthy',
      pass: 'others of its group serve meanwhile, or it has none',
      clear: 'bring another one back first, or restart fewer at a time (--wave 1)',
      overridable: true,
    },
    (host) => {
      const {group, peers} = asked.hosts.find(({name}) => name === host) ?? {group: '', peers: []}
      const wave = wavesOf(asked).find((some) => some.some(({name}) => name === host)) ?? []
      const away = new Set(wave.map(({name}) => name))
      if (peers.length === 0 || facts.hosts[host]?.unit.active !== 'active') return undefined
      const active = peers.filter((peer) => !away.has(peer) && stateOf(peer, facts) === 'active')
      if (active.length > 0) return undefined
      return {says: `it would be the last one of ${group} that runs ${asked.unit}`}
    },
  )

function stateOf(host: string, {hosts, peers}: ServiceFacts): string {
  return hosts[host]?.unit.active ?? peers[host] ?? ''
}
