import type {Json} from '../../engine/json.js'
import type {Table} from '../../engine/runbook.js'
import type {Facts} from './facts.js'
import {isUp, type SetFacts} from './set-facts.js'
import {stateText} from './steps/state-text.js'

export interface Status {
  tables: Table[]
  notes: string[]
  json: Json
}

/** One VM, and what stands around it. */
export function vmStatus(facts: Facts): Status {
  const {vm, health, network, peers, locks, account} = facts
  const rows = vm
    ? [
        ['subscription', `${account.name} ${account.subscription}`],
        ['state', stateText(vm)],
        ['provisioning', [vm.provisioning, vm.provisioningCode].filter(Boolean).join(' ')],
        [
          'agent',
          vm.agent.atMs
            ? `${vm.agent.says}, reported ${new Date(vm.agent.atMs).toISOString()}`
            : vm.agent.says,
        ],
        ['health', health ? `${health.state} ${health.reason}`.trim() : '?'],
        ['size', `${vm.size}, ${vm.location}${vm.zone ? ` zone ${vm.zone}` : ''}`],
        ['private', network ? network.privateIps.join(', ') : '?'],
        [
          'public',
          network
            ? network.addresses.map(({ip, allocation}) => `${ip ?? 'none'} (${allocation})`).join(', ')
            : '?',
        ],
        ['scale set', vm.scaleSet?.split('/').at(-1) ?? ''],
        ...(peers ?? []).map(({of, running, others}) => [of, `${running.length} of ${others} others run`]),
        ...(locks ?? []).map(({name, level, scope}) => [`lock ${name}`, `${level} on ${scope}`]),
      ].filter(([, value]) => value !== '')
    : []
  return {
    tables:
      rows.length > 0
        ? [{columns: [{name: 'VM'}, {name: `${vm?.group}/${vm?.name}`, shrink: true}], rows}]
        : [],
    notes: Object.entries(facts.unread).map(([what, why]) => `could not read ${what}: ${why}`),
    json: facts as unknown as Json,
  }
}

/** A scale set by instances. */
export function setStatus(facts: SetFacts): Status {
  const {set, instances} = facts
  const up = instances.filter(isUp).length
  return {
    tables: [
      {
        columns: [
          {name: 'instance'},
          {name: 'power'},
          {name: 'health'},
          {name: 'provisioning', shrink: true},
          {name: 'agent'},
          {name: ''},
        ],
        rows: instances.map(({id, power, health, provisioning, agent, protected: held}) => [
          id,
          power,
          health ?? 'not probed',
          provisioning,
          agent.says,
          held ? 'protected' : '',
        ]),
      },
    ],
    notes: [
      ...(set
        ? [
            `${set.group}/${set.name}: ${set.mode}, upgrades ${set.upgrade || '?'}, automatic repairs ${set.repairs ? 'on' : 'off'}`,
            `${up} of ${instances.length} instances are up${set.rolling ? `; latest rolling upgrade: ${set.rolling}` : ''}`,
          ]
        : []),
      ...Object.entries(facts.unread).map(([what, why]) => `could not read ${what}: ${why}`),
    ],
    json: facts as unknown as Json,
  }
}
