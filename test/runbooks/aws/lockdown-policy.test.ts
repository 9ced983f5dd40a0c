import {describe, expect, test} from 'vitest'
import {excepts, lockedPolicy, samePolicy, servicesIn} from '../../../src/lib/runbooks/aws/lockdown-policy.js'

const SESSION = 'arn:aws:sts::123456789012:assumed-role/ops/ana'
const SSO = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Ops_0abc/ana'
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`

describe('whom it excepts', () => {
  test.each([
    [SESSION, role('ops'), true],
    [SESSION, role('*'), true],
    [SESSION, role('op'), false],
    [SESSION, role('ops-2'), false],
    [SESSION, 'arn:aws:iam::210987654321:role/ops', false],
    [SSO, role('AWSReservedSSO_Ops_0abc'), false],
    [SSO, role('aws-reserved/sso.amazonaws.com/*'), true],
    ['arn:aws:iam::123456789012:user/ana', 'arn:aws:iam::123456789012:user/ana', true],
    ['arn:aws:iam::123456789012:user/ana', 'arn:aws:iam::123456789012:user/anna', false],
  ])('%s by %s: %s', (caller, pattern, is) => expect(excepts([pattern], caller)).toBe(is))
})

test('a single statement stays, and what it says is compared, not how it is written', () => {
  const former = '{"Statement": {"Effect": "Allow", "Principal": {"Service": "x.amazonaws.com"}}}'
  const locked = lockedPolicy(former, 'b', [role('ops')], 'abcdef12')
  expect(JSON.parse(locked).Statement).toHaveLength(2)
  expect(servicesIn(locked)).toEqual(['x.amazonaws.com'])
  expect(samePolicy('{"b": 1, "a": 2}', '{"a":2,"b":1}')).toBe(true)
  expect(samePolicy('{"a":1}', null)).toBe(false)
})
