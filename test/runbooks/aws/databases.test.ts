import {beforeEach, describe, expect, test} from 'vitest'
import {findAll, parseXml, textAt} from '../../../src/lib/lab/xml-tree.js'
import {type FailoverInput, rdsFailover} from '../../../src/lib/runbooks/aws/rds-failover.js'
import {databaseStatus, readDatabaseStatus} from '../../../src/lib/runbooks/aws/rds-status.js'
import {runningAws, times} from '../../lab/running-aws.js'
import {killed} from './killed.js'
import {type Asked, operate, resume, undo, withAws} from './operate.js'
import {found} from './room.js'
import {stateDirectory} from './state-directory.js'

const lab = runningAws()
const stateDir = stateDirectory()
const databases = () => lab().overlays().databases

const inputOf = (name: string, more: Partial<FailoverInput> = {}): FailoverInput => ({
  account: 'environment',
  name,
  cluster: name === 'flights',
  target: null,
  maxLagMs: 5000,
  ...more,
})
const failover = (name: string, more: Partial<FailoverInput> = {}, asked: Asked = {}) =>
  operate(stateDir(), rdsFailover, inputOf(name, more), asked)

async function database(name: string, more: Record<string, string> = {}): Promise<void> {
  await lab().ask('rds', 'CreateDBInstance', {
    DBInstanceIdentifier: name,
    DBInstanceClass: 'db.r6g.large',
    Engine: 'postgres',
    AllocatedStorage: '20',
    MasterUsername: 'lab',
    MasterUserPassword: 'lab-password',
    MultiAZ: 'true',
    ...more,
  })
}

async function member(name: string, more: Record<string, string> = {}): Promise<void> {
  await lab().ask('rds', 'CreateDBInstance', {
    DBInstanceIdentifier: name,
    DBInstanceClass: 'db.r6g.large',
    Engine: 'aurora-postgresql',
    DBClusterIdentifier: 'flights',
    ...more,
  })
}

async function cluster(readers: number): Promise<void> {
  await lab().ask('rds', 'CreateDBCluster', {
    DBClusterIdentifier: 'flights',
    Engine: 'aurora-postgresql',
    MasterUsername: 'lab',
    MasterUserPassword: 'lab-password',
  })
  for (let at = 1; at <= readers + 1; at += 1) {
    await member(`flights-${at}`)
    databases().behind(`flights-${at}`, 20)
  }
}

async function writer(): Promise<string> {
  const root = parseXml(await lab().ask('rds', 'DescribeDBClusters', {DBClusterIdentifier: 'flights'}))
  const members = findAll(root, 'DBClusterMembers').flatMap(({children}) => children)
  const one = members.find((each) => textAt(each, 'IsClusterWriter') === 'true')
  return one ? textAt(one, 'DBInstanceIdentifier') : ''
}

describe('an instance', () => {
  beforeEach(() => database('orders'))

  test.each([
    ['zones that change places', {swap: true, event: false}, 'the zones have changed places'],
    ['an event, while the zones lag behind', {swap: false, event: true}, 'failed over at 20'],
  ])('proven by %s; sent once; the way back is named', async (_name, shows, words) => {
    databases().happened('orders', Date.now() - 600_000)
    databases().shows({...shows, afterMs: 400})
    const {outcome, run} = await failover('orders')
    expect(outcome).toMatchObject({verdict: 'done', steps: [{saw: expect.stringContaining(words)}]})
    expect(outcome.next[0]).toBe('redeye aws rds failover orders')
    expect(times(lab(), 'RebootDBInstance')).toBe(1)
    const undone = await undo(stateDir(), rdsFailover, run)
    expect(undone.outcome.verdict).toBe('nothing')
    expect(found(undone.outcome.findings, 'left-as-is')).toMatchObject({level: 'warn'})
    expect(times(lab(), 'RebootDBInstance')).toBe(1)
  })

  test('available at once, and nothing that proves it: in doubt, never done; a resume looks, and sends nothing', async () => {
    databases().happened('orders', Date.now() - 600_000)
    databases().shows({swap: false, event: false})
    const {outcome, run} = await failover('orders', {}, {patienceMs: 600})
    expect(outcome.verdict).not.toBe('done')
    expect(outcome).toMatchObject({totals: {'in-doubt': 1}})
    expect(outcome.steps[0]?.saw).toContain('available in eu-west-1a, no sign of a failover')
    databases().happened('orders', Date.now())
    const resumed = await resume(stateDir(), rdsFailover, run)
    expect(resumed.outcome.verdict).toBe('done')
    expect(times(lab(), 'RebootDBInstance')).toBe(1)
  })

  test('the answer is lost: looked for, not sent again', async () => {
    lab().overlays().faults.add({service: 'rds', action: 'RebootDBInstance', answer: 'cut-after'})
    expect((await failover('orders')).outcome.verdict).toBe('done')
    expect(times(lab(), 'RebootDBInstance')).toBe(1)
  })

  test('killed right after it was sent: proven by what the journal remembers', async () => {
    databases().shows({swap: true, event: false})
    const input = inputOf('orders')
    const run = await killed('./rds-program.ts', {stateDir: stateDir(), input})
    const {outcome} = await resume(stateDir(), rdsFailover, run)
    expect(outcome).toMatchObject({
      verdict: 'done',
      steps: [{saw: expect.stringContaining('changed places')}],
    })
    expect(times(lab(), 'RebootDBInstance')).toBe(1)
  })

  test('a dry run writes nothing; without a standby, in another state, in a cluster: refused', async () => {
    expect((await failover('orders', {}, {mode: 'dry-run'})).outcome.verdict).toBe('planned')
    await database('lone', {MultiAZ: 'false'})
    databases().status('lone', 'modifying')
    const {outcome} = await failover('lone')
    expect(found(outcome.findings, 'standby')?.saw).toContain('not Multi-AZ')
    expect(found(outcome.findings, 'database-state')?.saw).toBe('it is modifying, not available')
    await cluster(1)
    const wrong = await failover('flights-1')
    expect(wrong.outcome.findings).toContainEqual(
      expect.objectContaining({id: 'standby', clear: 'redeye aws rds failover flights --cluster'}),
    )
    expect((await failover('flights', {cluster: false})).outcome.verdict).toBe('usage')
    expect(lab().writes()).toEqual([])
  })
})

describe('a cluster', () => {
  test('the named reader becomes the writer; again is a no-op; the way back is named', async () => {
    await cluster(2)
    const {outcome} = await failover('flights', {target: 'flights-3'})
    expect(outcome).toMatchObject({verdict: 'done'})
    expect(await writer()).toBe('flights-3')
    expect(outcome.next[0]).toBe('redeye aws rds failover flights --cluster --target flights-1')
    const again = await failover('flights', {target: 'flights-3'})
    expect(again.outcome).toMatchObject({verdict: 'nothing'})
    expect(times(lab(), 'FailoverDBCluster')).toBe(1)
  })

  test('the answer says yes and the writer is the same: a failure', async () => {
    await cluster(1)
    const through: Asked['through'] = (account) => ({...account, failOverCluster: async () => {}})
    const {outcome} = await failover('flights', {}, {patienceMs: 500, through})
    expect(outcome.verdict).toBe('partial')
    expect(outcome.steps[0]?.saw).toContain('the writer is flights-1')
  })

  test('a single member: refused', async () => {
    await cluster(0)
    const {outcome} = await failover('flights')
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'failover-target')?.saw).toBe('the cluster has no reader')
    expect(times(lab(), 'FailoverDBCluster')).toBe(0)
  })

  test('behind, of unknown lag, smaller, or not available: refused', async () => {
    await cluster(1)
    databases().behind('flights-2', 9000)
    expect(found((await failover('flights')).outcome.findings, 'lag')).toMatchObject({overridable: true})
    await member('flights-3', {DBInstanceClass: 'db.r6g.medium'})
    const small = await failover('flights', {target: 'flights-3'})
    expect(found(small.outcome.findings, 'lag-unknown')).toMatchObject({level: 'refuse', overridable: true})
    expect(found(small.outcome.findings, 'smaller-target')?.saw).toBe(
      'db.r6g.medium takes over from db.r6g.large',
    )
    databases().status('flights-3', 'rebooting')
    const busy = await failover('flights', {target: 'flights-3'})
    expect(found(busy.outcome.findings, 'failover-target')).toMatchObject({level: 'refuse'})
    expect(lab().writes()).toEqual([])
  })

  test('status of it, and of one that is in none', async () => {
    await cluster(1)
    await database('orders')
    const seen = await withAws(async (systems) => {
      const read = (name: string) =>
        readDatabaseStatus(systems, {account: 'environment', name}, AbortSignal.timeout(10_000))
      return [databaseStatus(await read('flights')), databaseStatus(await read('orders'))]
    })
    expect(seen[0]?.notes).toContain('flights-2 would take over')
    expect(seen[0]?.tables[1]?.rows.map(([id, role, , , , , lag]) => [id, role, lag])).toEqual([
      ['flights-1', 'writer', '-'],
      ['flights-2', 'reader', '20 ms'],
    ])
    expect(seen[1]?.json).toMatchObject({database: {id: 'orders', secondaryZone: 'eu-west-1b'}})
  })
})
