import type {PlanView, Runbook} from '../../engine/runbook.js'
import type {Stage} from '../../engine/step.js'
import type {LinuxSystems} from '../../systems/linux/host.js'
import {probeText} from '../../systems/linux/probe.js'
import {timeText} from '../receivers/view.js'
import {configGood, dependents, filesRead, maySudo, remarks, someoneServes} from './guards/state.js'
import {mayByHand, noJob, notProtected, remains, unitExists} from './guards/unit.js'
import {type RestartInput, restartInput} from './restart-input.js'
import {type HostFacts, type ServiceFacts, surveyService} from './service-facts.js'
import {stateTable} from './service-table.js'
import {reloadStep, resetStep} from './steps/prepare.js'
import {restartStep, timeoutOf} from './steps/restart.js'
import {wavesOf, wavesText} from './waves.js'

/** A unit is restarted on some hosts, wave by wave, each host verified by its own systemd before the next wave begins. */
export const serviceRestart: Runbook<RestartInput, ServiceFacts, LinuxSystems> = {
  id: 'linux.service.restart',
  summary: 'Restart a unit on hosts, and prove that it stays up',
  input: restartInput,
  effect: () => 'change',
  subject: ({unit, hosts}) => `${unit} on ${hosts.map(({name}) => name).join(', ')}`,
  locks: ({hosts, unit}) => hosts.map(({name}) => `linux/${name}/${unit}`),
  survey: surveyService,
  rests: (_asked, {hosts}) =>
    Object.fromEntries(Object.entries(hosts).map(([name, facts]) => [name, restsOn(facts)])),
  guards: (asked, facts) =>
    [
      unitExists,
      maySudo,
      notProtected,
      noJob,
      mayByHand,
      remains,
      dependents,
      filesRead,
      configGood,
      someoneServes,
      remarks,
    ].map((guard) => guard(asked, facts)),
  view,
  stages,
  onFailure: 'stop',
}

function restsOn({unit, dependents, denied}: HostFacts) {
  const {load, active, needsReload, refusesStop, refusesStart} = unit
  return {load, active, needsReload, refusesStop, refusesStart, dependents, denied}
}

function view(asked: RestartInput, facts: ServiceFacts): PlanView {
  const longest = Math.max(...Object.values(facts.hosts).map((host) => timeoutOf(asked, host)))
  const probes = new Set(
    Object.values(asked.settings).flatMap(({probe}) => (probe ? [probeText(probe)] : [])),
  )
  return {
    title: `Restart ${asked.unit} on ${asked.hosts.map(({name}) => name).join(', ')}`,
    tables: [stateTable(facts.hosts)],
    notes: [
      wavesText(asked),
      `one host: restart, then a new invocation that stays up for ${asked.soakMs / 1000} s and listens where it did${probes.size > 0 ? `, then ${[...probes].join(', ')}` : ''}; ${timeText(longest)} at most`,
      'a restart has no undo',
    ],
  }
}

function stages(systems: LinuxSystems, asked: RestartInput, facts: ServiceFacts): Stage[] {
  const waves = wavesOf(asked)
  return waves.flatMap((wave, at) => {
    const which = `wave ${at + 1} of ${waves.length}`
    const common = {
      width: wave.length,
      tally: 'hosts',
      budget: {failures: asked.maxFailures},
    }
    const ready = wave.flatMap(({name}) => preparations(systems, asked, name, facts.hosts[name]))
    return [
      ...(ready.length > 0
        ? [{id: `prepare-${at + 1}`, says: `${which}: make ready`, steps: ready, ...common}]
        : []),
      {
        id: `wave-${at + 1}`,
        says: `${which}: restart and watch`,
        steps: wave.map(({name}) => restartStep(systems, asked, name, known(facts, name))),
        ...common,
        ...(at < waves.length - 1 && asked.pauseMs > 0 && {soak: {ms: asked.pauseMs}}),
      },
    ]
  })
}

function preparations(
  systems: LinuxSystems,
  {unit, daemonReload}: RestartInput,
  name: string,
  facts: HostFacts | undefined,
) {
  return [
    ...(daemonReload && facts?.unit.needsReload ? [reloadStep(systems, name, unit)] : []),
    ...(facts?.unit.active === 'failed' ? [resetStep(systems, name, unit)] : []),
  ]
}

function known({hosts}: ServiceFacts, name: string): HostFacts {
  const facts = hosts[name]
  if (!facts) throw new Error(`no facts of ${name}`)
  return facts
}
