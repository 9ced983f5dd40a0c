import {expect, it} from 'vitest'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {checkTrust} from '../../src/lib/inventory/trust.js'

const FILE = '/w/redeye.yaml'

const withSecret = (ref: string) =>
  parseInventory(
    `haproxy: {a: {instances: [{name: i, socket: "unix:/s", ssh: {host: h, passphrase: ${ref}}}]}}`,
    FILE,
  )

it('an inventory that was only found does not run a program', () => {
  expect(() => checkTrust(FILE, withSecret('{cmd: [op]}'))).toThrow(
    /runs a program.*\n.*--inventory \/w\/redeye.yaml/,
  )
})

it.each(['{env: A}', '{file: cmd}'])('an inventory with %s alone is read wherever it lies', (ref) => {
  expect(() => checkTrust(FILE, withSecret(ref))).not.toThrow()
})
