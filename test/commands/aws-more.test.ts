import {describe, expect, test} from 'vitest'
import {awsBucketEstate} from '../../src/lib/lab/aws-bucket-estate.js'
import {awsNetworkEstate} from '../../src/lib/lab/aws-network-estate.js'
import {awsDesk} from './aws-desk.js'
import {oneValue, outcomeOf} from './fits.js'
import {words} from './home.js'

const at = awsDesk()
const network = () => awsNetworkEstate(at.lab().ask)
const fits = (text: string) => {
  const shown = text.split('\n').filter((line) => !line.includes('Z outcome '))
  for (const line of shown) expect(line.length, line).toBeLessThanOrEqual(80)
}

describe('aws sg and nacl', () => {
  test('dry run, let in, undone; slips are usage errors; the world is refused', async () => {
    const group = await network().securityGroup('front')
    const line = 'aws sg allow front --ingress tcp:8443 --from 203.0.113.7 --for 2h'
    const dry = await at.redeye(`${line} --dry-run`)
    expect(dry, words(dry)).toMatchObject({code: 0})
    fits(dry.stderr)
    expect(await network().rules(group)).toEqual([])
    expect(await at.redeye(line)).toMatchObject({code: 4})
    const {run = ''} = outcomeOf(await at.redeye(`${line} --yes --json`))
    expect(await network().rules(group)).toHaveLength(1)
    expect(await at.redeye(`runs undo ${run} --yes`)).toMatchObject({code: 0})
    expect(await network().rules(group)).toEqual([])
    for (const slip of [
      '--ingress tcp --from ::/0',
      '--ingress tcp:1 --from 10.0.0.1/8',
      '--ingress tcp:1 --from ::1 --for 5s',
    ]) {
      const wrong = await at.redeye(`aws sg allow front ${slip} --yes`)
      expect(wrong, words(wrong)).toMatchObject({code: 2})
    }
    const world = await at.redeye('aws sg allow front --ingress tcp:22 --from 0.0.0.0/0 --yes')
    expect(world, words(world)).toMatchObject({code: 3})
    expect(words(world)).toContain('--override world-open')
  })

  test('what is denied wants the name of the subnet', async () => {
    const {id, acl} = await network().subnet()
    const line = `aws nacl deny ${id} --from 203.0.113.0/24`
    expect(await at.redeye(`${line} --yes`)).toMatchObject({code: 4})
    const done = await at.redeye(`${line} --confirm ${id}`)
    expect(done, words(done)).toMatchObject({code: 0})
    expect(await network().entries(acl)).toContain('1 deny 203.0.113.0/24')
  })
})

test('aws rds: a name that there is not; status and failover of one that is there', async () => {
  const check = await at.redeye('aws check --for rds')
  expect(check, words(check)).toMatchObject({code: 0})
  expect(words(check)).toContain('rds:FailoverDBCluster')
  const none = await at.redeye('aws rds status orders')
  expect(none, words(none)).toMatchObject({code: 2})
  await at.lab().ask('rds', 'CreateDBInstance', {
    DBInstanceIdentifier: 'orders',
    DBInstanceClass: 'db.r6g.large',
    Engine: 'postgres',
    AllocatedStorage: '20',
    MasterUsername: 'lab',
    MasterUserPassword: 'lab-password',
    MultiAZ: 'true',
  })
  const seen = await at.redeye('aws rds status orders')
  expect(seen, words(seen)).toMatchObject({code: 0, stderr: ''})
  fits(seen.stdout)
  const done = await at.redeye('aws rds failover orders --confirm orders --json')
  expect(outcomeOf(done)).toMatchObject({
    verdict: 'done',
    next: ['redeye aws rds failover orders'],
  })
})

test('aws s3: exposed, locked, unlocked by its run and by no other', async () => {
  const estate = awsBucketEstate(at.lab().proxy.endpoint)
  await estate.bucket('invoices')
  expect(oneValue(await at.redeye('aws s3 exposure invoices --json'))).toMatchObject({nobody: 'answered'})
  const {run = ''} = outcomeOf(await at.redeye('aws s3 lockdown invoices --confirm invoices --json'))
  const seen = await at.redeye('aws s3 exposure invoices')
  expect(seen, words(seen)).toMatchObject({code: 0, stderr: ''})
  fits(seen.stdout)
  const unlocked = await at.redeye(`aws s3 unlock ${run} --yes`)
  expect(unlocked, words(unlocked)).toMatchObject({code: 0})
  expect(await estate.block('invoices')).toBeNull()
  const [undone = ''] = await at.runs()
  const wrong = await at.redeye(`aws s3 unlock ${undone === run ? (await at.runs())[1] : undone} --yes`)
  expect(wrong, words(wrong)).toMatchObject({code: 2})
})
