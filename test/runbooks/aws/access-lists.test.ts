import {beforeEach, describe, expect, test} from 'vitest'
import {naclDeny} from '../../../src/lib/runbooks/aws/nacl-deny.js'
import {sgSweep} from '../../../src/lib/runbooks/aws/sg-sweep.js'
import {times} from '../../lab/running-aws.js'
import {killed} from './killed.js'
import {denyOf, networkRoom} from './network-room.js'
import {type Asked, operate, resume, undo} from './operate.js'
import {found} from './room.js'

const {lab, stateDir, estate, made} = networkRoom()
const OPEN = '100 allow 0.0.0.0/0'
const asked = (more: Parameters<typeof denyOf>[1] = {}) => denyOf(made.subnet, more)
const deny = (more: Parameters<typeof denyOf>[1] = {}, how: Asked = {}) =>
  operate(stateDir(), naclDeny, asked(more), how)
const entries = () => estate().entries(made.acl)
const tags = () => estate().tags(made.acl)

beforeEach(async () => {
  expect(await entries()).toEqual([OPEN])
})

describe('nacl deny', () => {
  test('denies before what lets it in, with a tag; again is a no-op; undo takes both away', async () => {
    const done = await deny()
    expect(done.outcome.verdict).toBe('done')
    expect(await entries()).toEqual(['1 deny 203.0.113.0/24', OPEN])
    expect(await tags()).toEqual([
      expect.stringMatching(/^redeye:deny:1=203\.0\.113\.0\/24 20\S+Z abcdef12$/),
    ])
    const again = await deny({source: '203.0.113.128/25', mark: 'fedcba98'})
    expect(again.outcome.verdict).toBe('nothing')
    expect((await undo(stateDir(), naclDeny, again.run)).outcome.verdict).not.toBe('done')
    expect((await undo(stateDir(), naclDeny, done.run)).outcome.verdict).toBe('done')
    expect(await entries()).toEqual([OPEN])
    expect(await tags()).toEqual([])
  })

  test('a dry run writes nothing', async () => {
    expect((await deny({}, {mode: 'dry-run'})).outcome.verdict).toBe('planned')
    expect(lab().writes()).toEqual([])
  })

  test('its number is taken at the same moment: the next one', async () => {
    let raced = false
    const {outcome} = await deny(
      {},
      {
        through: (account) => ({
          ...account,
          async createDeny(acl, number, cidr, signal) {
            if (!raced) await estate().entry(acl, number, 'allow', '192.0.2.0/24')
            raced = true
            await account.createDeny(acl, number, cidr, signal)
          },
        }),
      },
    )
    expect(outcome.verdict).toBe('done')
    expect(await entries()).toEqual(['1 allow 192.0.2.0/24', OPEN, '2 deny 203.0.113.0/24'].sort())
    expect((await tags()).map((tag) => tag.split('=')[0])).toEqual(['redeye:deny:2'])
  })

  test('the answer says yes and no entry is there: a failure, and no tag is left', async () => {
    const {outcome} = await deny(
      {},
      {patienceMs: 500, through: (account) => ({...account, createDeny: async () => {}})},
    )
    expect(outcome.verdict).toBe('undone')
    expect(await tags()).toEqual([])
  })

  test.each([
    ['shuts-all-out', {source: '0.0.0.0/0'}],
    ['internal-range', {source: '10.1.0.0/16'}],
  ])('%s', async (id, more) => {
    const {outcome} = await deny(more)
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, id)).toMatchObject({level: 'refuse', overridable: true})
    expect(lab().writes()).toEqual([])
  })

  test('your own way in, and no number free: refused', async () => {
    await estate().entry(made.acl, 1, 'allow', '203.0.113.0/24')
    const {outcome} = await deny({}, {through: (account) => ({...account, keepOpen: ['203.0.113.9/32']})})
    expect(found(outcome.findings, 'operators-path')).toMatchObject({level: 'refuse'})
    expect(found(outcome.findings, 'entry-number')).toMatchObject({level: 'refuse'})
    expect(lab().writes()).toEqual([])
  })

  test.each(['tag', 'createDeny'] as const)('killed right after %s: resumed and undone', async (call) => {
    const run = await killed('./network-program.ts', {
      stateDir: stateDir(),
      runbook: 'deny',
      input: asked(),
      call,
    })
    expect((await resume(stateDir(), naclDeny, run)).outcome.verdict).toBe('done')
    expect(await entries()).toEqual(['1 deny 203.0.113.0/24', OPEN])
    expect(times(lab(), 'CreateNetworkAclEntry')).toBe(1)
    expect((await undo(stateDir(), naclDeny, run)).outcome.verdict).toBe('done')
    expect(await entries()).toEqual([OPEN])
    expect(await tags()).toEqual([])
  })
})

test('sweep takes away overdue denials, leaves an entry that is another one, and puts back', async () => {
  await estate().entry(made.acl, 1, 'deny', '203.0.113.0/24')
  await estate().entry(made.acl, 2, 'deny', '192.0.2.0/24')
  await estate().entry(made.acl, 3, 'deny', '198.51.100.0/24')
  await estate().tag(made.acl, 'redeye:deny:1', '203.0.113.0/24 2020-01-01T00:00:00Z abcdef12')
  await estate().tag(made.acl, 'redeye:deny:2', '198.18.0.0/15 2020-01-01T00:00:00Z abcdef12')
  await estate().tag(made.acl, 'redeye:deny:3', '198.51.100.0/24 2099-01-01T00:00:00Z abcdef12')
  const [then, tagged] = [await entries(), await tags()]
  const done = await operate(stateDir(), sgSweep, {account: 'environment'})
  expect(done.outcome).toMatchObject({verdict: 'done', totals: {changed: 2}})
  expect(await entries()).toEqual(then.filter((one) => !one.startsWith('1 ')))
  expect((await tags()).map((tag) => tag.split('=')[0])).toEqual(['redeye:deny:3'])
  expect((await undo(stateDir(), sgSweep, done.run)).outcome.verdict).toBe('done')
  expect(await entries()).toEqual(then)
  expect(await tags()).toEqual(tagged)
})
