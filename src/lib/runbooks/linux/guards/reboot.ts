import type {Finding} from '../../../engine/runbook.js'
import type {BootSurvey} from '../../../systems/linux/boot.js'
import {type Objection, overHosts} from '../each.js'
import type {RebootFacts, RebootInput} from '../reboot-input.js'
import {wavesOf} from '../waves.js'

const LOOP_SEC = 600

type Objects = (host: BootSurvey) => Objection
/** `begun`: what a reboot of ours leaves behind, so that it does not refuse a run that is taken up. */
type Guard = {begun?: true; id: string; pass: string; clear?: string; overridable?: boolean; objects: Objects}

const listed =
  (of: (host: BootSurvey) => readonly string[], says: (list: string) => string): Objects =>
  (host) =>
    of(host).length > 0 ? {says: says(of(host).join(', '))} : undefined

const GUARDS: readonly Guard[] = [
  {
    id: 'systemd',
    pass: 'systemd runs there',
    objects: ({init}) =>
      init === 'systemd' ? undefined : {says: `systemd does not run there (process 1 is ${init})`},
  },
  {
    id: 'sudo-needs-password',
    pass: 'a reboot is allowed without a password',
    clear: 'allow it in sudoers: USER ALL=(root) NOPASSWD: /usr/bin/systemctl reboot',
    objects: ({user, denied}) =>
      denied.length > 0
        ? {says: `sudo does not let ${user} run without a password: ${denied.join(', ')}`}
        : undefined,
  },
  {
    begun: true,
    id: 'going-down',
    pass: 'it is not going down already',
    clear: 'wait until it is back',
    objects: ({state}) => (state === 'stopping' ? {says: 'it is going down already'} : undefined),
  },
  {
    id: 'users',
    pass: 'nobody is logged in',
    clear: 'tell them first',
    overridable: true,
    objects: listed(
      ({users}) => users,
      (list) => `logged in: ${list}`,
    ),
  },
  {
    id: 'inhibited',
    pass: 'no program holds it up',
    clear: 'wait for it, or end it: systemd-inhibit --list',
    overridable: true,
    objects: listed(
      ({inhibited}) => inhibited,
      (list) => `a program forbids it: ${list}`,
    ),
  },
  {
    id: 'packages',
    pass: 'no package manager is at work',
    clear: 'wait until it has ended: a host that loses power in between may not start again',
    overridable: true,
    objects: listed(
      ({packages}) => packages,
      (list) => `${list} is at work`,
    ),
  },
  {
    begun: true,
    id: 'failed-units',
    pass: 'all of its units are well',
    clear: 'look at them first: after the reboot nobody can tell what was broken before',
    overridable: true,
    objects: listed(
      ({failed}) => failed,
      (list) => `failed already: ${list}`,
    ),
  },
  {
    id: 'raid',
    pass: 'no disk array is degraded',
    clear: 'let it be rebuilt first',
    overridable: true,
    objects: listed(
      ({raid}) => raid,
      (list) => `arrays without a disk: ${list}`,
    ),
  },
  {
    begun: true,
    id: 'reboot-loop',
    pass: `it was booted more than ${LOOP_SEC / 60} minutes ago`,
    clear: 'find out why it was booted so lately',
    overridable: true,
    objects: ({ageSec}) => (ageSec < LOOP_SEC ? {says: 'it was booted minutes ago'} : undefined),
  },
  {
    id: 'kernel',
    pass: 'the kernel that it would start has its initrd, or none is needed',
    clear: 'update-initramfs -u, or its like',
    overridable: true,
    objects: ({newest, initrdMissing}) =>
      initrdMissing ? {says: `the newest kernel ${newest} has no initrd in /boot`} : undefined,
  },
  {
    id: 'locked-disk',
    pass: 'nobody has to type a passphrase',
    clear: 'have somebody at the console',
    overridable: true,
    objects: ({locked}) =>
      locked ? {says: 'a disk of its crypttab wants a passphrase at the console'} : undefined,
  },
  {
    id: 'kernel-news',
    pass: 'it comes back with the kernel it has',
    objects: ({kernel, newest, rebootRequired}) =>
      newest !== '' && newest !== kernel
        ? {says: `it comes back with kernel ${newest} instead of ${kernel}`, level: 'warn'}
        : rebootRequired
          ? {says: 'updates wait for it', level: 'warn'}
          : undefined,
  },
]

export function rebootGuards(asked: RebootInput, facts: RebootFacts): Finding[] {
  const names = asked.hosts.map(({name}) => name).filter((name) => !facts.takenUp?.includes(`${name}/reboot`))
  const findings = GUARDS.map(({objects, begun, ...guard}) =>
    overHosts(names, guard, (name) => {
      const host = facts.hosts[name]
      const objection = host ? objects(host) : {says: 'nothing is known of it'}
      return objection && begun && facts.takenUp ? {...objection, level: 'warn'} : objection
    }),
  )
  return [...findings, someoneAnswers(names, asked, facts)]
}

/** Somebody of each group must be up while a wave is away. */
function someoneAnswers(names: readonly string[], asked: RebootInput, facts: RebootFacts): Finding {
  return overHosts(
    names,
    {
      id: 'last-healthy',
      pass: 'others of its group are up meanwhile, or it has none',
      clear: 'bring another one back first, or reboot fewer at a time (--wave 1)',
      overridable: true,
    },
    (name) => {
      const {group, peers} = asked.hosts.find((one) => one.name === name) ?? {group: '', peers: []}
      if (peers.length === 0) return undefined
      const wave = wavesOf(asked).find((some) => some.some((one) => one.name === name)) ?? []
      const away = new Set(wave.map((one) => one.name))
      const up = peers.filter(
        (peer) => !away.has(peer) && isUp(facts.hosts[peer]?.state ?? facts.peers[peer]),
      )
      return up.length > 0 ? undefined : {says: `no other host of ${group} would be up`}
    },
  )
}

function isUp(state: string | undefined): boolean {
  return state === 'running' || state === 'degraded'
}
