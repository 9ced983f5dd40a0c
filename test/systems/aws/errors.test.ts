import {describe, expect, test} from 'vitest'
import {type Caller, failedCall, kebab} from '../../../src/lib/systems/aws/errors.js'
import {isOfAws} from '../../../src/lib/systems/aws/observe.js'

const caller: Caller = {profile: 'ops', credentials: 'unknown', skewMs: 0}
const failed = (error: object, more: Partial<Caller> = {}) => {
  const {error: said, again} = failedCall(
    Object.assign(new Error(), {name: 'Error'}, error),
    'ec2 StopInstances',
    {...caller, ...more},
  )
  return {fault: said.fault, class: said.class, says: said.message, hint: said.hint, again}
}

describe('who has to sign in again, and how', () => {
  test('an SSO session that is over', () => {
    const error = {
      name: 'CredentialsProviderError',
      message:
        'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login',
    }
    expect(failed(error)).toMatchObject({
      fault: 'refused',
      class: 'signed-out',
      hint: 'aws sso login --profile ops',
      again: 'no',
    })
    expect(failed(error, {profile: null}).hint).toBe('aws sso login')
  })

  test.each([
    ['sso', 'aws sso login --profile ops'],
    ['environment', 'put fresh keys into AWS_ACCESS_KEY_ID and its companions'],
    ['other', 'renew the credentials of the profile ops (aws sso login --profile ops, where it is of SSO)'],
  ] as const)('keys of %s that have expired', (credentials, hint) => {
    expect(failed({name: 'ExpiredTokenException'}, {credentials})).toMatchObject({class: 'signed-out', hint})
  })

  test('a clock that is off looks like expired keys, and is said', () => {
    expect(failed({name: 'RequestExpired'}, {skewMs: 600_000}).hint).toBe(
      'this clock differs from theirs by 600 s: look at NTP here',
    )
  })
})

describe('what is known of what was sent', () => {
  test.each([
    [{code: 'ECONNREFUSED', message: 'connect ECONNREFUSED'}, 'unreachable', 'transient'],
    [
      {name: 'TimeoutError', message: 'Socket timed out without establishing a connection within 5000 ms'},
      'unreachable',
      'transient',
    ],
    [{code: 'ECONNRESET', message: 'read ECONNRESET'}, 'lost', 'transient'],
    [{name: 'Unavailable', $metadata: {httpStatusCode: 503}}, 'lost', 'transient'],
    [{name: 'RequestLimitExceeded', $metadata: {httpStatusCode: 503}}, 'answered', 'throttled'],
    [{name: 'InsufficientInstanceCapacity', $metadata: {httpStatusCode: 500}}, 'answered', 'no'],
    [{name: 'IncorrectInstanceState', $metadata: {httpStatusCode: 400}}, 'answered', 'no'],
  ])('%o is %s', (error, fault, again) => {
    expect(failed(error)).toMatchObject({fault, again})
  })
})

test('what is encoded for a tool of AWS does not fill the screen', () => {
  const message =
    'You are not authorized to perform this operation. User: arn:aws:iam::1:user/x. Encoded authorization failure message: AbCd'
  expect(failed({name: 'UnauthorizedOperation', message})).toMatchObject({
    class: 'not-permitted',
    says: 'ec2 StopInstances: not permitted: You are not authorized to perform this operation. User: arn:aws:iam::1:user/x',
    hint: 'give ops the permission ec2:StopInstances',
  })
})

test('error codes as classes', () => {
  expect(['InvalidInstanceID.NotFound', 'DryRunOperation', 'ValidationError'].map(kebab)).toEqual([
    'invalid-instance-id-not-found',
    'dry-run-operation',
    'validation-error',
  ])
})

test('which hosts are of AWS', () => {
  for (const host of [
    'ec2.eu-west-1.amazonaws.com',
    'sts.amazonaws.com',
    'b.s3.cn-north-1.amazonaws.com.cn',
    'ec2.eu-west-1.api.aws',
  ])
    expect(isOfAws(host), host).toBe(true)
  for (const host of [
    '127.0.0.1',
    'localhost',
    'amazonaws.com.example.net',
    'myamazonaws.com',
    'localhost.localstack.cloud',
  ])
    expect(isOfAws(host), host).toBe(false)
})
