import {suggest} from '../../inventory/suggest.js'
import type {LabLoad} from '../../lab/detached-lab.js'
import {LAB_PARTS, type LabPartName, type LabRecord} from '../../lab/lab-record.js'
import {duration} from '../../report/duration.js'
import {UsageError} from '../usage-error.js'

/** @throws UsageError for a name that no part has */
export function partsNamed(names: readonly string[]): LabPartName[] {
  for (const name of names) {
    if (LAB_PARTS.some((part) => part === name)) continue
    const near = suggest(name, LAB_PARTS)
    throw new UsageError(
      `the lab has no part ${name}${near ? `; did you mean ${near}?` : ''}`,
      [`parts: ${LAB_PARTS.join(', ')}`],
      [near ? `redeye lab up ${near}` : 'redeye lab up --help'],
    )
  }
  return LAB_PARTS.filter((part) => names.includes(part))
}

/** What to try first, to paste. */
export function nextSteps(part: LabPartName, {processes}: LabRecord): string[] {
  if (part === 'haproxy')
    return [
      'redeye haproxy status app',
      'redeye haproxy drain app/s2 --dry-run',
      'redeye haproxy drain app/s2',
    ]
  if (part === 'vsphere')
    return [
      'redeye vsphere status',
      'redeye vsphere host evacuate mdc-esx-02 --dry-run',
      'redeye vsphere host evacuate mdc-esx-02',
      'redeye vsphere host evacuate drs-esx-02 --dry-run',
    ]
  if (part === 'receivers')
    return [
      'redeye receivers list --by country',
      'redeye receivers status',
      'redeye receivers restart early --dry-run',
      'redeye receivers restart early --waves 1,30%,rest --soak 5s --stable 2s',
    ]
  if (part === 'azure')
    return [
      'redeye azure check',
      'redeye azure vm status web-1',
      'redeye azure vm restart web-1 --dry-run',
      'redeye azure vm cycle web-1',
    ]
  if (part === 'aws')
    return [
      'redeye aws check --for recover',
      'redeye aws instance status web-1',
      'redeye aws instance recover web-1 --dry-run',
      'redeye aws instance recover web-1',
      'redeye aws target detach web-3',
    ]
  const n1 = processes.find(({spec}) => spec.name === 'n1')
  return [
    'redeye redis status',
    'redeye redis failover --slot 0 --dry-run',
    'redeye redis failover --slot 0',
    'redeye redis evacuate rack-b --override concentration --reason tour',
    ...(n1 ? [`kill -9 ${n1.pid} && redeye redis force-failover --slot 0`] : []),
  ]
}

export function traffic(load: LabLoad[LabPartName]): string {
  if ('byServer' in load) {
    const servers = Object.entries(load.byServer).map(([server, count]) => `${server} ${count}`)
    return `clients: ${load.total} requests, ${load.failed} failed (${servers.sort().join(', ')})`
  }
  const {acknowledged, errors, longestMs, checked, lost} = load
  const kept = checked === undefined ? '' : `; ${lost ?? 0} of ${checked} keys read back had lost a write`
  return `clients: ${acknowledged} writes acknowledged, ${errors} errors, longest wait ${duration(longestMs)}${kept}`
}
