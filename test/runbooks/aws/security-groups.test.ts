import {describe, expect, test} from 'vitest'
import {deny} from '../../../src/lib/lab/aws-faults.js'
import {sgAllow} from '../../../src/lib/runbooks/aws/sg-allow.js'
import {sgBlock} from '../../../src/lib/runbooks/aws/sg-block.js'
import {sgSweep} from '../../../src/lib/runbooks/aws/sg-sweep.js'
import {times} from '../../lab/running-aws.js'
import {killed} from './killed.js'
import {allowOf, MARK, networkRoom} from './network-room.js'
import {type Asked, operate, resume, undo} from './operate.js'
import {found} from './room.js'

const {lab, stateDir, estate, made} = networkRoom()
const PARTNERS = 'tcp 443 198.51.100.0/24 partners team=web'
const allow = (more: Parameters<typeof allowOf>[0] = {}, asked: Asked = {}) =>
  operate(stateDir(), sgAllow, allowOf(more), asked)
const blockOf = (rule: string) => ({account: 'environment', group: made.group, rule})
const block = (asked: Asked = {}) => operate(stateDir(), sgBlock, blockOf(made.rule), asked)
const sweep = (asked: Asked = {}) => operate(stateDir(), sgSweep, {account: 'environment'}, asked)
const rules = () => estate().rules(made.group)

describe('sg allow', () => {
  test('lets in, with a mark and an end; again is a no-op; undo takes away exactly that', async () => {
    const done = await allow()
    expect(done.outcome).toMatchObject({verdict: 'done', next: ['redeye aws sg sweep', expect.anything()]})
    const [, ours = ''] = await rules()
    expect(ours).toMatch(
      /^tcp 8443 203\.0\.113\.7\/32 redeye abcdef12, until (\S+Z) redeye:expires=\1 redeye:mark=abcdef12$/,
    )
    const until = /redeye:expires=(\S+)/.exec(ours)?.[1] ?? ''
    expect(Math.abs(Date.parse(until) - Date.now() - 7_200_000)).toBeLessThan(30_000)

    const again = await allow({mark: 'fedcba98'})
    expect(again.outcome.verdict).toBe('nothing')
    expect(found(again.outcome.findings, 'adopted')).toMatchObject({level: 'warn'})
    expect(times(lab(), 'AuthorizeSecurityGroupIngress')).toBe(1)

    expect((await undo(stateDir(), sgAllow, done.run)).outcome.verdict).toBe('done')
    expect(await rules()).toEqual([PARTNERS])
  })

  test('a dry run asks only', async () => {
    const {outcome} = await allow({}, {mode: 'dry-run'})
    expect(outcome.verdict).toBe('planned')
    expect(lab().writes()).toEqual([])
    expect(await rules()).toEqual([PARTNERS])
  })

  test('somebody makes the same rule at the same moment: adopted, and the undo leaves it', async () => {
    const theirs = 'tcp 8443 203.0.113.7/32 theirs'
    const raced = await allow(
      {},
      {
        through: (account) => ({
          ...account,
          async allow(group, content, tags, signal) {
            await estate().letIn(group, {port: 8443, cidr: content.source, description: 'theirs'})
            await account.allow(group, content, tags, signal)
          },
        }),
      },
    )
    expect(raced.outcome).toMatchObject({verdict: 'done'})
    expect(await rules()).toEqual([PARTNERS, theirs])
    const undone = await undo(stateDir(), sgAllow, raced.run)
    expect(undone.outcome.verdict).toBe('nothing')
    expect(times(lab(), 'RevokeSecurityGroupIngress')).toBe(0)
    expect(await rules()).toEqual([PARTNERS, theirs])
  })

  test('the answer says yes and no rule is there: a failure', async () => {
    const {outcome} = await allow(
      {},
      {patienceMs: 500, through: (account) => ({...account, allow: async () => {}})},
    )
    expect(outcome.verdict).not.toBe('done')
    expect(outcome.steps).toMatchObject([{saw: expect.stringContaining('no rule lets it in')}])
  })

  test('the answer is lost after it was done: seen, not made twice', async () => {
    lab()
      .overlays()
      .faults.add({service: 'ec2', action: 'AuthorizeSecurityGroupIngress', answer: 'cut-after'})
    expect((await allow()).outcome.verdict).toBe('done')
    expect((await rules()).length).toBe(2)
  })

  test.each([
    ['SSH for the world', {from: 22, to: 22, source: '0.0.0.0/0'}, 'SSH (22)'],
    [
      'a database in a range, for half of the world',
      {from: 5000, to: 6000, source: '0.0.0.0/1'},
      'PostgreSQL',
    ],
    ['everything, by IPv6', {protocol: '-1' as const, from: -1, to: -1, source: '::/0'}, 'everything'],
  ])('%s: refused, unless somebody says why', async (_name, more, words) => {
    const {outcome} = await allow(more)
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'world-open')?.saw).toContain(words)
    expect(lab().writes()).toEqual([])
    const how = {mode: 'dry-run' as const, overrides: ['world-open'], reason: 'test'}
    expect((await allow(more, how)).outcome.verdict).toBe('planned')
  })

  test('HTTPS for the world is no reason to refuse', async () => {
    const {outcome} = await allow({from: 443, to: 443, source: '0.0.0.0/0'}, {mode: 'dry-run'})
    expect(found(outcome.findings, 'world-open')).toMatchObject({level: 'pass'})
  })

  test('a group of CloudFormation, and a permission that is missing: refused', async () => {
    await estate().tag(made.group, 'terraform', 'network/web')
    lab().overlays().faults.add(deny('ec2', 'AuthorizeSecurityGroupIngress'))
    const {outcome} = await allow()
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'managed-by-code')?.saw).toBe('code keeps it: terraform=network/web')
    expect(found(outcome.findings, 'permissions')).toMatchObject({level: 'refuse'})
    expect(lab().writes()).toEqual([])
  })

  test('60 rules: refused as full', async () => {
    const many = Array.from({length: 59}, (_, at) => ({port: 1000 + at, cidr: '198.51.100.0/24'}))
    await Promise.all(many.map((rule) => estate().letIn(made.group, rule)))
    const {outcome} = await allow()
    expect(found(outcome.findings, 'rule-quota')).toMatchObject({level: 'refuse', overridable: true})
  })

  test('killed right after it was made: a resume finds it, an undo takes it away', async () => {
    const run = await killed('./network-program.ts', {
      stateDir: stateDir(),
      runbook: 'allow',
      input: allowOf(),
      call: 'allow',
    })
    expect((await rules()).length).toBe(2)
    expect((await resume(stateDir(), sgAllow, run)).outcome.verdict).toBe('done')
    expect(times(lab(), 'AuthorizeSecurityGroupIngress')).toBe(1)
    expect((await undo(stateDir(), sgAllow, run)).outcome.verdict).toBe('done')
    expect(await rules()).toEqual([PARTNERS])
  })
})

describe('sg block', () => {
  test('takes the rule away; undo makes the same, with its description and tags', async () => {
    const done = await block()
    expect(done.outcome.verdict).toBe('done')
    expect(await rules()).toEqual([])
    expect((await undo(stateDir(), sgBlock, done.run)).outcome.verdict).toBe('done')
    expect(await rules()).toEqual([PARTNERS])
    expect(await estate().ruleIds(made.group)).not.toEqual([made.rule])
  })

  test('a dry run asks only; a rule that is not there is refused', async () => {
    expect((await block({mode: 'dry-run'})).outcome.verdict).toBe('planned')
    const {outcome} = await operate(stateDir(), sgBlock, blockOf('sgr-0000000000000000a'))
    expect(found(outcome.findings, 'rule-there')).toMatchObject({level: 'refuse'})
    expect(lab().writes()).toEqual([])
  })

  test('the way in that the inventory keeps open: refused, and nothing overrides it', async () => {
    const {outcome} = await block({
      overrides: ['operators-path'],
      reason: 'test',
      through: (account) => ({...account, keepOpen: ['198.51.100.9/32']}),
    })
    expect(outcome.verdict).not.toBe('done')
    expect(found(outcome.findings, 'operators-path')?.saw).toContain('198.51.100.9/32')
    expect(await rules()).toEqual([PARTNERS])
  })

  test('killed right after it was taken away: a resume sees it gone, and the undo still knows it', async () => {
    const run = await killed('./network-program.ts', {
      stateDir: stateDir(),
      runbook: 'block',
      input: blockOf(made.rule),
      call: 'revoke',
    })
    expect(await rules()).toEqual([])
    const resumed = await resume(stateDir(), sgBlock, run)
    expect(resumed.outcome.verdict).toBe('done')
    expect(times(lab(), 'RevokeSecurityGroupIngress')).toBe(1)
    expect((await undo(stateDir(), sgBlock, run)).outcome.verdict).toBe('done')
    expect(await rules()).toEqual([PARTNERS])
  })
})

describe('sg sweep', () => {
  const temporary = (port: number, expires: string) =>
    estate().letIn(made.group, {
      port,
      cidr: '203.0.113.0/24',
      description: 'redeye',
      tags: {'redeye:mark': MARK, 'redeye:expires': expires},
    })

  test('takes away what is overdue and nothing else; undo puts it back; again is a no-op', async () => {
    await temporary(1000, '2020-01-01T00:00:00Z')
    await temporary(1001, '2099-01-01T00:00:00Z')
    await temporary(1002, 'tomorrow')
    const before = await rules()
    const dry = await sweep({mode: 'dry-run'})
    expect(dry.outcome.verdict).toBe('planned')
    expect(await rules()).toEqual(before)

    const done = await sweep()
    expect(done.outcome).toMatchObject({verdict: 'done', totals: {changed: 1}})
    expect(found(done.outcome.findings, 'expiry')).toMatchObject({level: 'warn'})
    expect(await rules()).toEqual(before.filter((rule) => !rule.startsWith('tcp 1000 ')))
    expect((await sweep()).outcome).toMatchObject({
      verdict: 'nothing',
      says: 'nothing to do: nothing is overdue; still wanted for longer: 1',
    })
    expect((await undo(stateDir(), sgSweep, done.run)).outcome.verdict).toBe('done')
    expect(await rules()).toEqual(before)
  })
})
