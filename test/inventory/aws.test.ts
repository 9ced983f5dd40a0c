import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {showInventory, showInventoryYaml} from '../../src/lib/inventory/show.js'

const FULL = `aws:
  prod: {profile: ops-prod, region: eu-west-1, account: "123456789012"}
  gov: {region: us-gov-west-1}
  sovereign: {region: eusc-de-east-1}
  here: {}
`

describe('an aws target of the inventory', () => {
  it('is what was written, and is shown like that', () => {
    const inventory = parseInventory(FULL, 'f')
    expect(inventory.aws.prod).toEqual({profile: 'ops-prod', region: 'eu-west-1', account: '123456789012'})
    expect(showInventory(inventory)).toEqual(parse(FULL))
    expect(parseInventory(showInventoryYaml(inventory), 'g')).toEqual(inventory)
  })

  it.each([
    ['region: Europe', 'aws.prod.region: a region is written like eu-west-1'],
    ['account: "12"', 'aws.prod.account: an account is 12 digits, in quotes'],
    ['profile: ""', 'aws.prod.profile'],
    ['secretKey: abc', 'aws.prod.secretKey: unknown key'],
  ])('does not take %s', (more, says) => {
    expect(() => parseInventory(`aws: {prod: {${more}}}`, 'f')).toThrow(says)
  })
})
