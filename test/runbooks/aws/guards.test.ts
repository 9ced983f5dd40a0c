import {describe, expect, test} from 'vitest'
import {deny} from '../../../src/lib/lab/aws-faults.js'
import {recover} from '../../../src/lib/runbooks/aws/recover.js'
import {openAws} from '../../../src/lib/systems/aws/open.js'
import {recoverOf} from './inputs.js'
import {operate} from './operate.js'
import {found, room} from './room.js'

const {lab, stateDir, web} = room()
const life = () => lab().overlays().life
type More = Parameters<typeof recoverOf>[1]
type Asked = Parameters<typeof operate>[3]
const run = (more: More = {}, asked: Asked = {}) =>
  operate(stateDir(), recover, recoverOf(web().first, more), asked)

/** Refused by this guard alone, and nothing was changed. */
async function refusedBy(id: string, more: More = {}, asked: Asked = {}): Promise<string> {
  const {outcome} = await run(more, asked)
  expect(outcome.verdict).toBe('refused')
  const refusing = outcome.findings.filter(
    (finding) => finding.level === 'refuse' && (finding.id === id || !asked.overrides?.includes(finding.id)),
  )
  expect(refusing.map((finding) => finding.id)).toEqual([id])
  expect(lab().writes()).toEqual([])
  return refusing[0]?.saw ?? ''
}
const overridden = (id: string) => ({overrides: [id], reason: 'test'})

describe('what it serves', () => {
  test('the last healthy target: refused; with an override it goes on', async () => {
    const {targets} = lab().overlays()
    targets.sick(web().second, web().admin)
    expect(await refusedBy('last-healthy-target')).toBe(
      'it is the last healthy target of admin: nothing would serve',
    )
    const {outcome} = await run({}, overridden('last-healthy-target'))
    expect(outcome.verdict).toBe('done')
  })

  test('a target that is sick itself is not the last healthy one', async () => {
    const {targets} = lab().overlays()
    targets.sick(web().first)
    targets.sick(web().second)
    const {outcome} = await run({}, {mode: 'dry-run'})
    expect(found(outcome.findings, 'last-healthy-target')).toMatchObject({level: 'pass'})
  })

  test('the others became sick while somebody was thinking: refused right before it is taken out', async () => {
    const {targets} = lab().overlays()
    const asker = {
      confirm: async () => {
        targets.sick(web().second, web().admin)
        await new Promise((done) => setTimeout(done, 1100))
        return 'yes' as const
      },
    }
    const {outcome} = await run({}, {asker})
    expect(outcome.verdict).toBe('refused')
    expect(outcome.says).toContain('guard last-healthy-target refuses now')
    expect(
      lab()
        .writes()
        .filter((one) => one.startsWith('Stop')),
    ).toEqual([])
    expect(await lab().estate.registered(web().admin)).toContain(`${web().first}:8080`)
  })
})

describe('what a stop would lose', () => {
  test('instance-store disks', async () => {
    const id = await lab().estate.instance({name: 'cache-1', type: 'm5d.large', publicIp: false})
    life().set(id, {checks: {system: 'impaired'}})
    expect(await refusedBy('instance-store-data', {instance: id})).toContain('what is on them is lost')
    const {outcome} = await run({instance: id, method: 'reboot'}, {mode: 'dry-run'})
    expect(found(outcome.findings, 'instance-store-data')).toMatchObject({level: 'pass'})
  })

  test('a public address that AWS gave, but not an elastic one', async () => {
    const id = await lab().estate.instance({name: 'edge-1'})
    life().set(id, {checks: {ebs: 'impaired'}})
    expect(await refusedBy('public-ip-changes', {instance: id})).toMatch(
      /^its public address [\d.]+ was given by AWS/,
    )
    await lab().estate.elasticIp(id)
    const {outcome} = await run({instance: id}, {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    expect(found(outcome.findings, 'public-ip-changes')?.saw).toContain('elastic address and stays')
  })

  test('the way to another host', async () => {
    life().set(web().first, {hostId: 'h-0123456789abcdef0'})
    expect(await refusedBy('dedicated-host')).toContain('h-0123456789abcdef0')
  })

  test.each([
    ['spot', {looks: {instanceLifecycle: 'spot'}}],
    ['ephemeral-root', {looks: {rootDeviceType: 'instance-store'}}],
  ])('%s: never', async (id, looks) => {
    life().set(web().first, looks)
    await refusedBy(id, {}, overridden(id))
  })

  test('stop protection: never', async () => {
    await lab().estate.attribute(web().first, 'disableApiStop', 'true')
    expect(await refusedBy('stop-protection')).toContain('disableApiStop')
  })

  test('a reboot of what terminates when it shuts down: never', async () => {
    await lab().estate.attribute(web().first, 'instanceInitiatedShutdownBehavior', 'terminate')
    expect(await refusedBy('shutdown-terminates', {method: 'reboot'})).toContain('it is gone')
  })
})

describe('whether it makes sense', () => {
  test('nothing is wrong with it', async () => {
    expect(await refusedBy('not-impaired', {instance: web().second})).toContain('system ok, instance ok')
    const {outcome} = await run({instance: web().second}, {...overridden('not-impaired'), mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
  })

  test('a scheduled retirement is a reason, and is said', async () => {
    life().set(web().second, {
      events: [{code: 'instance-retirement', description: 'degraded', notBefore: '2026-01-01T00:00:00Z'}],
    })
    const {outcome, events} = await run({instance: web().second}, {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    expect(found(outcome.findings, 'event-soon')).toMatchObject({level: 'warn'})
    const [plan] = events.flatMap((event) => (event.type === 'plan' ? [event.view] : []))
    expect(plan?.title).toContain('by stop-start')
  })

  test('a state that is on its way elsewhere', async () => {
    life().set(web().first, {shown: {state: 'pending', untilMs: Number.POSITIVE_INFINITY}})
    expect(await refusedBy('instance-state', {}, overridden('not-impaired'))).toBe('it is pending')
    life().set(web().first, {shown: {state: 'stopping', untilMs: Number.POSITIVE_INFINITY}})
    await refusedBy('instance-state')
  })

  test('a name that nothing has, or that two have, is a slip and changes nothing', async () => {
    const none = await run({instance: 'web-9'})
    expect(none.outcome).toMatchObject({
      verdict: 'usage',
      says: 'there is no instance web-9 in account 123456789012, eu-west-1',
    })
    expect((await run({instance: 'i-0000000000000dead'})).outcome.verdict).toBe('usage')
    const twin = await lab().estate.instance({name: 'web-1'})
    const both = await run({instance: 'web-1'})
    expect(both.outcome).toMatchObject({verdict: 'usage'})
    expect(both.outcome.because.join()).toContain(twin)
  })
})

describe('who asks', () => {
  test('a permission that is missing is found out before anything is changed', async () => {
    lab().overlays().faults.add(deny('ec2', 'StartInstances'))
    expect(await refusedBy('permissions')).toContain('may not ec2:StartInstances')
  })

  test('who may not read the console could not prove a reboot', async () => {
    lab().overlays().faults.add(deny('ec2', 'GetConsoleOutput'))
    const {outcome} = await run({method: 'reboot'})
    expect(outcome).toMatchObject({verdict: 'refused'})
    expect(outcome.because).toEqual(['give the caller the permission ec2:GetConsoleOutput'])
    expect(lab().writes()).toEqual([])
  })

  test('the wrong account', async () => {
    const through = () => openAws({env: process.env, account: '999999999999'})
    expect(await refusedBy('account', {}, {through})).toContain('expects account 999999999999')
  })

  test('keys that end before the plan can be through', async () => {
    process.env.AWS_CREDENTIAL_EXPIRATION = new Date(Date.now() + 10 * 60_000).toISOString()
    try {
      const through = () => openAws({env: process.env})
      expect(await refusedBy('short-credentials', {}, {through})).toMatch(/^the credentials end in 10 min/)
    } finally {
      delete process.env.AWS_CREDENTIAL_EXPIRATION
    }
  })
})
