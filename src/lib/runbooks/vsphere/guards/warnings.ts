import type {Finding} from '../../../engine/runbook.js'
import {few, pass, warn} from '../../finding.js'
import type {Choice} from '../choose.js'
import type {Facts} from '../facts.js'
import type {EvacuateInput} from '../input.js'
import {allowed} from '../limits.js'

const SKEW_MS = 5 * 60_000
/** vSAN moves all data of the host first: that takes hours. */
const VSAN_MS = 6 * 3_600_000

/** Nothing that stands in the way, but a person should know. */
export function warnings(asked: EvacuateInput, choice: Choice, facts: Facts): Finding[] {
  return [
    evc(choice, facts),
    alarms(choice, facts),
    configIssues(choice, facts),
    clocks(facts),
    ...(asked.parallel !== null && asked.parallel > allowed(facts.host)
      ? [
          warn(
            'parallel',
            `--parallel ${asked.parallel} is more than the ${allowed(facts.host)} that vCenter runs at once here: the rest waits in its queue`,
          ),
        ]
      : []),
    ...(facts.matrix
      ? []
      : [
          warn(
            'compatibility',
            'this server cannot say in advance which pairs of VM and host cannot work; each planned move was checked by itself',
          ),
        ]),
    ...(asked.vsan === 'evacuateAllData' && asked.timeoutMs < VSAN_MS
      ? [warn('vsan-time', 'evacuateAllData can take hours: give it --timeout 6h or more')]
      : []),
    ...serverWarnings(choice, facts),
  ]
}

function evc({candidates}: Choice, {cluster, host}: Facts): Finding {
  const modes = new Set([host, ...candidates].map(({maxEvcMode}) => maxEvcMode))
  if (cluster.evcMode !== '' || modes.size < 2) return pass('evc', 'the processors fit together')
  return warn(
    'evc',
    `no EVC, and the hosts differ: ${[...modes].map((mode) => mode || 'unknown').join(', ')}`,
  )
}

function alarms({candidates}: Choice, {host}: Facts): Finding {
  const red = [host, ...candidates].flatMap(({name, redAlarms}) =>
    redAlarms.map((alarm) => `${name}: ${alarm}`),
  )
  return red.length === 0 ? pass('alarms', 'no red alarms') : warn('alarms', `red alarms: ${few(red)}`)
}

function configIssues({candidates}: Choice, {host}: Facts): Finding {
  const issues = [host, ...candidates].flatMap(({name, configIssues: texts}) =>
    texts.map((text) => `${name}: ${text}`),
  )
  return issues.length === 0
    ? pass('config-issue', 'no configuration issues')
    : warn('config-issue', few(issues))
}

export function clocks({serverAtMs, takenAtMs}: Pick<Facts, 'serverAtMs' | 'takenAtMs'>): Finding {
  const apartMs = Math.abs(serverAtMs - takenAtMs)
  if (apartMs <= SKEW_MS) return pass('time-skew', 'the clocks agree')
  return warn('time-skew', `the server's clock differs from ours by ${Math.round(apartMs / 60_000)} min`)
}

function serverWarnings({placement}: Choice, {checks}: Facts): Finding[] {
  const texts = placement.moves.flatMap(({vm, to}) => {
    const check = checks.find((one) => one.vm === vm.ref && one.host === to.ref)
    return check && check.warnings.length > 0
      ? [`${vm.name} to ${to.name}: ${check.warnings.join('; ')}`]
      : []
  })
  return texts.length === 0 ? [] : [warn('server-warning', few(texts))]
}
