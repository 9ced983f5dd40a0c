import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {deny, throttle} from '../../../src/lib/lab/aws-faults.js'
import {LAB_KEY} from '../../../src/lib/lab/aws-lab.js'
import type {RemoteError} from '../../../src/lib/remote/fault.js'
import type {AwsAccount} from '../../../src/lib/systems/aws/account.js'
import {openAws} from '../../../src/lib/systems/aws/open.js'
import {openSession} from '../../../src/lib/systems/aws/session.js'
import {groupWriter} from '../../../src/lib/systems/aws/write-groups.js'
import {runningAws, times} from '../../lab/running-aws.js'

const lab = runningAws()
const {signal} = new AbortController()
let aws: AwsAccount
let id = ''
beforeEach(async () => {
  aws = openAws({env: process.env})
  id = await lab().estate.instance({name: 'web-1'})
})
afterEach(() => aws.close())

const faults = () => lab().overlays().faults
const failure = async (act: Promise<unknown>) => {
  const error = await act.then(
    () => undefined,
    (thrown: RemoteError) => thrown,
  )
  if (!error) throw new Error('it did not fail')
  return {fault: error.fault, class: error.class, message: error.message, hint: error.hint}
}

describe('what is tried again', () => {
  test('a throttled read, and a throttled change', async () => {
    faults().add(throttle('ec2', 'DescribeInstances', 2))
    expect(await aws.instance(id, signal)).toMatchObject({id, name: 'web-1', state: 'running'})
    expect(times(lab(), 'DescribeInstances')).toBe(3)
    faults().add(throttle('ec2', 'StopInstances', 2))
    await aws.stop(id, false, signal)
    expect(times(lab(), 'StopInstances')).toBe(3)
  })

  test('a change is given up after three attempts', async () => {
    faults().add(throttle('ec2', 'StopInstances', 3))
    expect(await failure(aws.stop(id, false, signal))).toMatchObject({
      fault: 'answered',
      message: 'ec2 StopInstances: throttled (RequestLimitExceeded)',
    })
    expect(await lab().estate.states()).toEqual({[id]: 'running'})
  })

  test('a reboot that was throttled, but not one whose answer was lost', async () => {
    faults().add(throttle('ec2', 'RebootInstances', 1))
    await aws.reboot(id, signal)
    expect(times(lab(), 'RebootInstances')).toBe(2)
    faults().add({service: 'ec2', action: 'RebootInstances', answer: 'cut-after'})
    expect(await failure(aws.reboot(id, signal))).toMatchObject({fault: 'lost'})
    expect(times(lab(), 'RebootInstances')).toBe(3)
  })

  test('a stop whose answer was lost', async () => {
    faults().add({service: 'ec2', action: 'StopInstances', answer: 'cut-after'})
    await aws.stop(id, false, signal)
    expect(times(lab(), 'StopInstances')).toBe(2)
  })

  test('a wait between attempts ends with the run', async () => {
    faults().add({...throttle('ec2', 'DescribeInstances', 1), times: 'always'})
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 200)
    const began = Date.now()
    await failure(aws.instance(id, stop.signal))
    expect(Date.now() - began).toBeLessThan(1500)
  })
})

test('a group that is busy is asked again', async () => {
  const session = openSession({env: process.env})
  const [member = ''] = await lab().estate.scalingGroup({name: 'workers', min: 1, desired: 2})
  const answer = {code: 'ScalingActivityInProgress', status: 400}
  faults().add({service: 'autoscaling', action: 'EnterStandby', times: 2, answer})
  await groupWriter(session, 20).enterStandby('workers', member, signal)
  session.close()
  expect(times(lab(), 'EnterStandby')).toBe(3)
  expect(
    (await aws.scalingGroup('workers', signal))?.members.find(({id: one}) => one === member),
  ).toMatchObject({
    lifecycle: 'Standby',
  })
})

describe('what errors mean', () => {
  test('expired keys: nothing was done, and how to get others', async () => {
    lab().overlays().credentials.expire(LAB_KEY)
    expect(await failure(aws.stop(id, false, signal))).toEqual({
      fault: 'refused',
      class: 'signed-out',
      message: 'ec2 StopInstances: the credentials have expired (RequestExpired)',
      hint: 'put fresh keys into AWS_ACCESS_KEY_ID and its companions',
    })
    expect(await failure(aws.memberships({id, addresses: []}, signal))).toMatchObject({class: 'signed-out'})
    expect(times(lab(), 'StopInstances')).toBe(1)
  })

  test('no keys at all', async () => {
    delete process.env.AWS_ACCESS_KEY_ID
    const none = openAws({env: process.env})
    const failed = await failure(none.identity(signal))
    none.close()
    expect(failed).toMatchObject({fault: 'refused', class: 'signed-out'})
    expect(failed.hint).toContain('sso login')
  })

  test('a page that is no answer is one clear line', async () => {
    faults().add({service: 'ec2', action: 'DescribeInstances', times: 3, answer: 'html'})
    const {message, fault} = await failure(aws.instance(id, signal))
    expect(fault).toBe('lost')
    expect(message).toBe(
      'ec2 DescribeInstances: HTTP 500 with a page that is no answer of AWS; is the endpoint right?',
    )
  })

  test('a missing permission names itself', async () => {
    faults().add(deny('ec2', 'StopInstances'))
    expect(await aws.may('StopInstances', id, signal)).toBe('denied')
    expect(await aws.may('StartInstances', id, signal)).toBe('permitted')
    expect(await failure(aws.stop(id, false, signal))).toMatchObject({
      fault: 'answered',
      class: 'not-permitted',
      hint: 'give the caller the permission ec2:StopInstances',
    })
    expect(await lab().estate.states()).toEqual({[id]: 'running'})
  })

  test('nobody listens', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1'
    const away = openAws({env: process.env})
    expect(await failure(away.identity(signal))).toMatchObject({fault: 'unreachable'})
    away.close()
  })

  test('an error code that means nothing to us is its class', async () => {
    const fault = {code: 'InsufficientInstanceCapacity', status: 500, message: 'no room'}
    faults().add({service: 'ec2', action: 'StartInstances', answer: fault})
    expect(await failure(aws.start(id, signal))).toMatchObject({
      fault: 'answered',
      class: 'insufficient-instance-capacity',
      message: 'ec2 StartInstances: no room (InsufficientInstanceCapacity)',
    })
    expect(times(lab(), 'StartInstances')).toBe(1)
  })
})

test('who calls, where, whether an endpoint override is in force, and their clock', async () => {
  lab().proxy.skew(6 * 60_000)
  const identity = await aws.identity(signal)
  expect(identity).toMatchObject({
    account: '123456789012',
    region: 'eu-west-1',
    profile: null,
    endpoint: lab().proxy.endpoint,
    renewable: false,
    expiresAtMs: null,
  })
  expect(Math.round(identity.skewMs / 60_000)).toBe(6)
})
