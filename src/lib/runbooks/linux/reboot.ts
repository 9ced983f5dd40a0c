import type {PlanView, Runbook} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import {lookAtBoot, surveyBoot} from '../../systems/linux/boot.js'
import type {LinuxSystems} from '../../systems/linux/host.js'
import {timeText} from '../receivers/view.js'
import {rebootGuards} from './guards/reboot.js'
import {type RebootFacts, type RebootInput, rebootInput} from './reboot-input.js'
import {type Course, hookStep} from './steps/hook.js'
import {rebootStep} from './steps/reboot.js'
import {surveyAll} from './survey-all.js'
import {wavesOf, wavesText} from './waves.js'

/** Hosts are rebooted wave by wave; each must come back as it was before the next one goes. */
export const reboot: Runbook<RebootInput, RebootFacts, LinuxSystems> = {
  id: 'linux.reboot',
  summary: 'Reboot hosts, and prove that they came back as they were',
  input: rebootInput,
  effect: () => 'disrupt',
  subject: ({hosts}) => (hosts.length === 1 ? (hosts[0]?.name ?? '') : String(hosts.length)),
  locks: ({hosts}) => hosts.map(({name}) => `linux/${name}`),
  survey,
  rests: (_asked, {hosts}) =>
    Object.fromEntries(Object.entries(hosts).map(([name, {boot, failed}]) => [name, {boot, failed}])),
  guards: rebootGuards,
  view,
  stages,
  onFailure: 'stop',
}

async function survey(systems: LinuxSystems, asked: RebootInput, signal: AbortSignal): Promise<RebootFacts> {
  const names = asked.hosts.map(({name}) => name)
  const others = [...new Set(asked.hosts.flatMap(({peers}) => peers))].filter((one) => !names.includes(one))
  const peers = others.map(async (name) => {
    const host = await systems.linux(name)
    const state = await lookAtBoot(host, signal).then(
      (seen) => seen.state,
      (error: Error) => error.message,
    )
    return [name, state] as const
  })
  return {
    takenUp: systems.takenUp(),
    hosts: await surveyAll(systems, names, (host) => surveyBoot(host, signal)),
    peers: Object.fromEntries(await Promise.all(peers)),
  }
}

function view(asked: RebootInput, {hosts}: RebootFacts): PlanView {
  return {
    title: `Reboot ${asked.hosts.map(({name}) => name).join(', ')}`,
    tables: [
      {
        columns: [
          {name: 'host'},
          {name: 'state'},
          {name: 'up', align: 'right'},
          {name: 'kernel'},
          {name: 'ports', align: 'right'},
          {name: 'mounts', align: 'right'},
          {name: 'must be back', shrink: true},
        ],
        rows: asked.hosts.map(({name}) => {
          const host = hosts[name]
          return [
            name,
            host?.state ?? '',
            ageText(host?.ageSec ?? 0),
            host?.kernel ?? '',
            String(host?.ports.length ?? 0),
            String(host?.mounts.length ?? 0),
            asked.settings[name]?.expect.join(', ') || '-',
          ]
        }),
      },
    ],
    notes: [
      wavesText(asked),
      `one host: reboot, another boot id, all units started and none failed that had not before, ports and mounts back; down within ${timeText(asked.downMs)}, back within ${timeText(asked.upMs)}`,
      ...(asked.drain === '' ? [] : [`before: ${asked.drain}`]),
      ...(asked.undrain === '' ? [] : [`after it is well again, and only then: ${asked.undrain}`]),
      'a reboot has no undo',
    ],
  }
}

function ageText(seconds: number): string {
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

function stages(systems: LinuxSystems, asked: RebootInput): Stage[] {
  const waves = wavesOf(asked)
  const course: Course = {notDrained: new Set(), well: new Set()}
  const {drain, undrain, hookMs, maxFailures, pauseMs} = asked
  return waves.flatMap((wave, at) => {
    const which = `wave ${at + 1} of ${waves.length}`
    const common = {width: wave.length, tally: 'hosts', budget: {failures: maxFailures}}
    const hooks = (id: 'drain' | 'undrain', line: string): Stage[] =>
      line === ''
        ? []
        : [
            {
              id: `${id}-${at + 1}`,
              says: `${which}: ${id}`,
              look: 'reached',
              steps: wave.map(({name}) => hookStep(systems, {id, line, timeoutMs: hookMs}, name, course)),
              ...common,
            },
          ]
    return [
      ...hooks('drain', drain),
      {
        id: `wave-${at + 1}`,
        says: `${which}: reboot and wait`,
        steps: wave.map(({name}) => rebootStep(systems, asked, name, course)),
        ...common,
        ...(at < waves.length - 1 && pauseMs > 0 && {soak: {ms: pauseMs}}),
      },
      ...hooks('undrain', undrain),
    ]
  })
}
