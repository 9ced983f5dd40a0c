import type {LabLoad} from '../lab/detached-lab.js'
import type {LabPartName, LabRecord} from '../lab/lab-record.js'

export const LAB_PARTS = [
  'haproxy',
  'redis',
  'vsphere',
  'receivers',
  'azure',
  'aws',
] as const satisfies readonly LabPartName[]

/** What to try first, to paste. */
export function nextSteps(part: LabPartName, {processes, dir}: LabRecord): string[] {
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
      `. ${dir}/env.sh`,
      'redeye azure check',
      'redeye azure vm status web-1',
      'redeye azure vm restart web-1 --dry-run',
      'redeye azure vm cycle web-1',
    ]
  if (part === 'aws')
    return [
      `export AWS_CONFIG_FILE=${dir}/config`,
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
  return `clients: ${acknowledged} writes acknowledged, ${errors} errors, longest ${longestMs} ms${kept}`
}
