import {describe, expect, test} from 'vitest'
import type {AzureControl} from '../../../src/lib/lab/azure-control.js'
import {labVm} from '../../../src/lib/lab/azure-estate.js'
import type {RecoverInput} from '../../../src/lib/runbooks/azure/input.js'
import {cycle, recover, redeploy, restart, type VmRunbook} from '../../../src/lib/runbooks/azure/recover.js'
import {operating, vmInput} from './operate.js'

const at = operating()
const control = () => at.azure().lab.control
const SCOPE = '/subscriptions/11111111-2222-4333-8444-555555555555'
const dynamic = {
  name: 'web-1-ip',
  group: 'rg-web',
  ip: '203.0.113.10',
  method: 'Dynamic',
  sku: 'Basic',
} as const

interface Case {
  guard: string
  runbook: VmRunbook
  asked?: Partial<RecoverInput>
  given(lab: AzureControl): Promise<unknown>
  says: string
  /** Whether it can be overridden. */
  free?: true
}

const REDEPLOY = {method: 'redeploy'} as const
const CYCLE = {method: 'cycle'} as const

const CASES: Case[] = [
  {
    guard: 'running',
    runbook: restart,
    given: (lab) => lab.vm('web-1', {power: 'deallocated'}),
    says: 'web-1 is deallocated: only a VM that runs can be restarted',
  },
  {
    guard: 'azure-lock',
    runbook: restart,
    given: (lab) =>
      lab.estate({locks: [{name: 'freeze', scope: `${SCOPE}/resourceGroups/rg-web`, level: 'ReadOnly'}]}),
    says: 'lock freeze (ReadOnly)',
  },
  {
    guard: 'azure-lock',
    runbook: restart,
    given: (lab) => lab.estate({denied: ['Microsoft.Authorization/locks/read']}),
    says: 'not known',
    free: true,
  },
  {
    guard: 'permission',
    runbook: restart,
    given: (lab) => lab.estate({denied: ['Microsoft.Compute/virtualMachines/restart/action']}),
    says: 'you may not: Microsoft.Compute/virtualMachines/restart/action',
  },
  {
    guard: 'provisioning',
    runbook: restart,
    given: (lab) => lab.vm('web-1', {provisioning: 'Updating'}),
    says: 'web-1 is Updating',
  },
  {
    guard: 'generalized',
    runbook: restart,
    given: (lab) => lab.vm('web-1', {generalized: true}),
    says: 'can never start again',
  },
  {
    guard: 'account',
    runbook: restart,
    given: (lab) => lab.estate({state: 'Warned'}),
    says: 'the subscription is Warned',
  },
  {
    guard: 'spot',
    runbook: cycle,
    asked: CYCLE,
    given: (lab) => lab.vm('web-1', {spot: 'Delete'}),
    says: 'it may never come back',
  },
  {
    guard: 'temp-disk',
    runbook: redeploy,
    asked: REDEPLOY,
    given: (lab) => lab.vm('web-1', {size: 'Standard_D2ds_v5'}),
    says: 'the temporary disk of web-1 is lost',
    free: true,
  },
  {
    guard: 'temp-disk',
    runbook: redeploy,
    asked: REDEPLOY,
    given: (lab) => lab.vm('web-1', {size: 'Standard_Unheard_of'}),
    says: 'is not known',
    free: true,
  },
  {
    guard: 'ephemeral-os',
    runbook: redeploy,
    asked: REDEPLOY,
    given: (lab) => lab.vm('web-1', {ephemeral: true}),
    says: 'it is reset to the image',
    free: true,
  },
  {
    guard: 'ephemeral-os',
    runbook: cycle,
    asked: CYCLE,
    given: (lab) => lab.vm('web-1', {ephemeral: true}),
    says: 'cannot be deallocated',
  },
  {
    guard: 'dynamic-public-ip',
    runbook: cycle,
    asked: CYCLE,
    given: (lab) => lab.estate({addresses: [dynamic]}),
    says: '203.0.113.10 is dynamic',
    free: true,
  },
  {
    guard: 'availability',
    runbook: restart,
    given: (lab) => lab.vm('web-2', {power: 'stopped'}),
    says: 'the last member that runs of backend pool web (1 more, none runs)',
    free: true,
  },
  {
    guard: 'availability',
    runbook: restart,
    asked: {vm: 'db-1'},
    given: (lab) => lab.vm('db-1', {availabilitySet: 'as-db'}),
    says: 'availability set as-db (0 more',
    free: true,
  },
  {
    guard: 'availability',
    runbook: restart,
    given: (lab) => lab.estate({denied: ['Microsoft.Network/networkInterfaces/read']}),
    says: 'is not known',
    free: true,
  },
  {
    guard: 'platform-maintenance',
    runbook: restart,
    given: (lab) => lab.vm('web-1', {maintenance: true}),
    says: 'the platform offers a maintenance',
    free: true,
  },
  {
    guard: 'scale-set-member',
    runbook: restart,
    asked: {vm: 'flex-a'},
    given: (lab) => lab.scaleSet('flex', {repairs: true}),
    says: 'it may delete the VM meanwhile',
    free: true,
  },
  {
    guard: 'method',
    runbook: recover,
    asked: {method: 'auto'},
    given: async () => {},
    says: 'nothing seems wrong with web-1',
  },
  {
    guard: 'proof',
    runbook: restart,
    asked: {proof: 'boot-id'},
    given: (lab) => lab.vm('web-1', {agent: {ready: false, at: 0}}),
    says: 'its boot id cannot be read',
  },
]

test.each(CASES)('$guard: $says', async ({guard, runbook, asked = {}, given, says, free}) => {
  await given(control())
  const {outcome} = await at.run(runbook, vmInput(asked))
  expect(outcome, JSON.stringify(outcome.because)).toMatchObject({verdict: 'refused'})
  const refusing = outcome.findings.filter(({level}) => level === 'refuse')
  expect(refusing.map(({id}) => id)).toEqual([guard])
  expect(refusing[0]?.saw).toContain(says)
  expect(refusing[0]?.overridable ?? false).toBe(free ?? false)
  expect((await control().seen()).filter(({method}) => method !== 'GET')).toEqual([])
})

test('an override lets it pass, and it is done', async () => {
  await control().vm('web-1', {size: 'Standard_D2ds_v5'})
  const {outcome} = await at.run(redeploy, vmInput({...REDEPLOY, proof: 'agent'}), {
    overrides: ['temp-disk'],
    reason: 'the disk holds a cache',
  })
  expect(outcome).toMatchObject({verdict: 'done'})
})

describe('11: a name', () => {
  test('that two resource groups have is ambiguous', async () => {
    await control().addVm(labVm('web-1', Date.now(), {group: 'rg-old', nics: []}))
    const {outcome} = await at.run(restart, vmInput({group: null}))
    expect(outcome.verdict).toBe('refused')
    expect(outcome.because.join()).toContain('2 resource groups have a VM web-1: rg-web, rg-old')
    expect(outcome.next).toEqual(['redeye azure vm restart web-1 -g rg-web'])
  })

  test('that one has is enough, in any case of letters', async () => {
    const {outcome} = await at.run(restart, vmInput({group: null, vm: 'WEB-1', proof: 'agent'}))
    expect(outcome).toMatchObject({verdict: 'done'})
  })

  test('that nobody has', async () => {
    const {outcome} = await at.run(restart, vmInput({group: null, vm: 'web-9'}))
    expect(outcome).toMatchObject({verdict: 'refused'})
    expect(outcome.because.join()).toContain('the subscription has no VM web-9')
  })

  test('that its group has not', async () => {
    const {outcome} = await at.run(restart, vmInput({vm: 'web-9'}))
    expect(outcome).toMatchObject({verdict: 'refused'})
    expect(outcome.says).toContain('ResourceNotFound')
  })
})

test('a lock that comes between plan and change stops it', async () => {
  const locks = [{name: 'late', scope: SCOPE, level: 'ReadOnly' as const}]
  const {outcome} = await at.run(restart, vmInput({proof: 'agent'}), {
    asker: {
      confirm: async () => {
        await control().estate({locks})
        return 'yes'
      },
    },
  })
  expect(outcome).toMatchObject({verdict: 'refused'})
  expect(outcome.because.join()).toContain('azure-lock refuses now')
})

test('what stands in the way of nothing is told: pools, bound disks, zones', async () => {
  const warned = async (runbook: VmRunbook, asked: Partial<RecoverInput>) => {
    const {outcome} = await at.run(runbook, vmInput(asked), {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    return Object.fromEntries(
      outcome.findings.flatMap(({id, level, saw}) => (level === 'warn' ? [[id, saw]] : [])),
    )
  }
  expect(await warned(restart, {vm: 'db-1'})).toEqual({})
  await control().vm('web-1', {disks: ['UltraSSD_LRS', 'Premium_LRS'], zone: '2', proximityGroup: 'near'})
  expect(await warned(cycle, CYCLE)).toEqual({
    capacity: 'bound to UltraSSD_LRS, a proximity placement group, zone 2: it may not get capacity back',
    'in-pool': 'it is in a backend pool and is not drained: requests under way are lost',
  })
  await control().estate({denied: ['Microsoft.ResourceHealth/availabilityStatuses/read']})
  expect(await warned(restart, {})).toMatchObject({health: 'Resource Health could not be read'})
})

test('a lock against deletion alone is in nobody’s way', async () => {
  await control().estate({locks: [{name: 'keep', scope: SCOPE, level: 'CanNotDelete'}]})
  const {outcome} = await at.run(restart, vmInput({proof: 'agent'}))
  expect(outcome).toMatchObject({verdict: 'done'})
})
