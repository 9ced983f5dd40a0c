import {expect, test} from 'vitest'
import {type Cidr, covers, overlap, parseCidr} from '../../../src/lib/systems/aws/cidr.js'

const of = (text: string) => parseCidr(text) as Cidr

test.each([
  ['10.0.0.0/8', 8],
  ['203.0.113.7', 32],
  ['0.0.0.0/0', 0],
  ['2001:db8::/32', 32],
  ['::/0', 0],
  ['::ffff:10.0.0.1', 128],
])('%s', (text, prefix) => expect(parseCidr(text)?.prefix).toBe(prefix))

test.each([
  '10.0.0.1/8',
  '10.0.0.0/33',
  '10.0.0/8',
  '2001:db8::1/32',
  'fe80::1%eth0',
  '10.0.0.0/8/8',
  '',
  'x',
])('not %s', (text) => expect(parseCidr(text)).toBeUndefined())

test('covers and overlaps', () => {
  expect(covers(of('10.0.0.0/8'), of('10.255.0.0/16'))).toBe(true)
  expect(covers(of('10.255.0.0/16'), of('10.0.0.0/8'))).toBe(false)
  expect(covers(of('0.0.0.0/0'), of('::/0'))).toBe(false)
  expect(covers(of('2001:db8::/32'), of('2001:db8:ffff::1'))).toBe(true)
  expect(covers(of('2001:db8::/32'), of('2001:db9::'))).toBe(false)
  expect(overlap(of('10.255.0.0/16'), of('10.0.0.0/8'))).toBe(true)
  expect(overlap(of('10.0.0.0/9'), of('10.128.0.0/9'))).toBe(false)
})
