import {describe, expect, it} from 'vitest'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {checkTrust} from '../../src/lib/inventory/trust.js'

const FILE = '/w/redeye.yaml'
const ME = 1000

const withSecret = (ref: string) =>
  parseInventory(
    `haproxy: {a: {instances: [{name: i, socket: "unix:/s", ssh: {host: h, passphrase: ${ref}}}]}}`,
    FILE,
  )
const check = (uid: number, mode: number, ref = '{cmd: [op]}', me: number | undefined = ME) =>
  checkTrust(FILE, withSecret(ref), {uid, mode: 0o100000 | mode}, me)

describe('an inventory that was found and runs a program', () => {
  it.each([
    [ME, 0o600],
    [ME, 0o644],
    [0, 0o644],
  ])('is trusted when owned by %i with mode %o', (uid, mode) => {
    expect(() => check(uid, mode)).not.toThrow()
  })

  it.each([0o664, 0o646, 0o666])('is refused with mode %o', (mode) => {
    expect(() => check(ME, mode)).toThrow(
      `the inventory ${FILE} runs a program for a secret ({cmd: ...}), but it was found in this directory and can be written by others\nRead what it runs; if that is right: chmod go-w ${FILE}; or name the file: --inventory ${FILE}`,
    )
  })

  it("is refused when it is somebody else's", () => {
    expect(() => check(1001, 0o644)).toThrow(/belongs to user 1001\n.*chown 1000 .* && chmod go-w/)
    expect(() => check(1001, 0o644, '{cmd: [op]}', 0)).toThrow('belongs to user 1001')
  })
})

it.each(['{env: A}', '{file: cmd}'])('an inventory with %s alone is read whoever wrote it', (ref) => {
  expect(() => check(1001, 0o666, ref)).not.toThrow()
})
