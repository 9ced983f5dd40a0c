import {beforeEach, describe, expect, test} from 'vitest'
import {awsBucketEstate} from '../../../src/lib/lab/aws-bucket-estate.js'
import {exposure, readExposure} from '../../../src/lib/runbooks/aws/s3-exposure.js'
import {type LockdownInput, s3Lockdown} from '../../../src/lib/runbooks/aws/s3-lockdown.js'
import type {AwsAccount} from '../../../src/lib/systems/aws/account.js'
import {runningAws} from '../../lab/running-aws.js'
import {killed} from './killed.js'
import {type Asked, operate, resume, undo, withAws} from './operate.js'
import {found} from './room.js'
import {stateDirectory} from './state-directory.js'

const lab = runningAws()
const stateDir = stateDirectory()
const estate = () => awsBucketEstate(lab().proxy.endpoint)

const PUBLIC = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'all',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::invoices/*',
    },
  ],
})
const CLOUDFRONT = PUBLIC.replace('"*"', '{"Service":"cloudfront.amazonaws.com"}')
const ALL = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']
/** Whom the simulator takes callers for. */
const ME = 'arn:aws:iam::123456789012:user/moto'
const OTHER = 'arn:aws:iam::123456789012:role/ops'

const inputOf = (more: Partial<LockdownInput> = {}): LockdownInput => ({
  account: 'environment',
  bucket: 'invoices',
  except: [],
  mark: 'abcdef12',
  ...more,
})
const lockdown = (more: Partial<LockdownInput> = {}, asked: Asked = {}) =>
  operate(stateDir(), s3Lockdown, inputOf(more), {through: asMe, ...asked})
const asMe = (account: AwsAccount): AwsAccount => ({
  ...account,
  identity: async (signal) => ({...(await account.identity(signal)), arn: ME}),
})
const unlock = (run: string) => undo(stateDir(), s3Lockdown, run, {through: asMe})
const state = async () => ({
  policy: await estate().policy('invoices'),
  block: await estate().block('invoices'),
})

beforeEach(async () => {
  await estate().bucket('invoices', PUBLIC)
  lab().proxy.forget()
})

describe('lockdown', () => {
  test('blocks the public, seen as nobody; again is a no-op; undo puts back what was there', async () => {
    lab().overlays().buckets.slow(500)
    const done = await lockdown()
    expect(done.outcome).toMatchObject({
      verdict: 'done',
      next: [`redeye aws s3 unlock ${done.run}`, expect.anything()],
    })
    expect(done.events.flatMap((event) => (event.type === 'saw' ? [event.saw] : []))).toContain(
      'still answered',
    )
    expect(await state()).toEqual({policy: PUBLIC, block: ALL})
    expect((await lockdown()).outcome.verdict).toBe('nothing')
    expect((await unlock(done.run)).outcome.verdict).toBe('done')
    expect(await state()).toEqual({policy: PUBLIC, block: null})
  })

  test('a block in part comes back in part, and a policy as it was written', async () => {
    await estate().putBlock('invoices', ['BlockPublicAcls'])
    const done = await lockdown({except: [ME, OTHER]})
    expect(done.outcome.verdict).toBe('done')
    const {Statement} = JSON.parse((await state()).policy ?? '')
    expect(Statement).toMatchObject([
      {Sid: 'all'},
      {
        Sid: 'RedeyeLockdownabcdef12',
        Effect: 'Deny',
        Resource: ['arn:aws:s3:::invoices', 'arn:aws:s3:::invoices/*'],
        Condition: {ArnNotLike: {'aws:PrincipalArn': [ME, OTHER]}},
      },
    ])
    const again = await lockdown({except: [ME, OTHER], mark: 'fedcba98'})
    expect(again.outcome.verdict).toBe('nothing')
    expect((await unlock(done.run)).outcome.verdict).toBe('done')
    expect(await state()).toEqual({policy: PUBLIC, block: ['BlockPublicAcls']})
  })

  test('a dry run writes nothing', async () => {
    expect((await lockdown({except: [ME]}, {mode: 'dry-run'})).outcome.verdict).toBe('planned')
    expect(lab().writes()).toEqual([])
  })

  test('somebody has changed the policy since: unlock stops before it, and it stays', async () => {
    const done = await lockdown({except: [ME]})
    const theirs = PUBLIC.replace('GetObject', 'GetObjectVersion')
    await estate().putPolicy('invoices', theirs)
    const {outcome} = await unlock(done.run)
    expect(outcome.verdict).not.toBe('done')
    expect(JSON.stringify(outcome.steps)).toContain(
      'changed-meanwhile: the policy is not what this run wrote',
    )
    expect((await state()).policy).toBe(theirs)
  })

  test('somebody has opened the block since: unlock stops, and it stays', async () => {
    const done = await lockdown()
    await estate().putBlock('invoices', ['BlockPublicAcls'])
    const {outcome} = await unlock(done.run)
    expect(JSON.stringify(outcome.steps)).toContain('changed-meanwhile: the public access block')
    expect(await state()).toEqual({policy: PUBLIC, block: ['BlockPublicAcls']})
  })

  test('the answer says yes and nothing is blocked: a failure', async () => {
    const through: Asked['through'] = (account) => ({...account, putAccessBlock: async () => {}})
    const {outcome} = await lockdown({}, {patienceMs: 500, through})
    expect(outcome.verdict).not.toBe('done')
    expect(outcome.steps[0]?.saw).toContain('no public access block')
  })

  test('we ourselves are shut out: put back at once', async () => {
    let asked = 0
    const through: Asked['through'] = (account) => ({
      ...asMe(account),
      async mayList() {
        asked += 1
        return asked === 1
      },
    })
    const {outcome} = await lockdown({except: [ME]}, {through})
    expect(outcome.verdict).toBe('undone')
    expect(await state()).toEqual({policy: PUBLIC, block: null})
  })

  test('without our own role: refused, and nothing overrides it', async () => {
    const {outcome} = await lockdown({except: [OTHER]})
    expect(outcome.verdict).toBe('refused')
    expect(found(outcome.findings, 'own-role')?.saw).toContain('only root could undo it')
    expect(lab().writes()).toEqual([])
  })

  test('a website, a service in the policy, a policy that is too large: refused', async () => {
    await estate().website('invoices')
    await estate().putPolicy('invoices', CLOUDFRONT)
    lab().proxy.forget()
    const roles = Array.from({length: 500}, (_, at) => `${OTHER}-with-a-longer-name-${at}`)
    const {outcome} = await lockdown({except: [ME, ...roles]})
    for (const id of ['website', 'service-principals', 'policy-size'])
      expect(found(outcome.findings, id), id).toMatchObject({level: 'refuse'})
    expect(lab().writes()).toEqual([])
  })

  test('killed right after the policy was written: resumed, and undone', async () => {
    const input = inputOf({except: ['arn:aws:iam::123456789012:user/*']})
    const run = await killed('./lockdown-program.ts', {stateDir: stateDir(), input, arn: ME})
    expect((await state()).block).toBeNull()
    const puts = () =>
      lab()
        .writes()
        .filter((call) => call.startsWith('PUT /invoices') && call.includes('policy'))
    expect(puts().length).toBe(1)
    expect((await resume(stateDir(), s3Lockdown, run, {through: asMe})).outcome.verdict).toBe('done')
    expect(puts().length).toBe(1)
    expect((await state()).block).toEqual(ALL)
    expect((await unlock(run)).outcome.verdict).toBe('done')
    expect(await state()).toEqual({policy: PUBLIC, block: null})
  })
})

test('exposure before and after', async () => {
  const read = () =>
    withAws(async (systems) =>
      exposure(
        await readExposure(
          systems,
          {account: 'environment', bucket: 'invoices'},
          AbortSignal.timeout(10_000),
        ),
      ),
    )
  expect((await read()).json).toMatchObject({exposed: true, nobody: 'answered'})
  await lockdown()
  expect((await read()).json).toMatchObject({exposed: false, nobody: 'denied'})
})
