import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {AZURE_ENV, impliesAzure, isOwnAuthority} from '../../src/lib/cli/azure-env.js'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {showInventory, showInventoryYaml} from '../../src/lib/inventory/show.js'

const ID = '11111111-2222-4333-8444-555555555555'
const FULL = `azure:
  prod: {subscription: ${ID}, tenant: ${ID}, group: rg-web, cloud: usgov}
  lab: {subscription: ${ID}, endpoint: "https://127.0.0.1:8443", ca: ca.pem, poll: 40ms}
`

describe('an azure target of the inventory', () => {
  it('is what was written, and is shown like that', () => {
    const inventory = parseInventory(FULL, 'f')
    expect(inventory.azure.prod).toEqual({subscription: ID, tenant: ID, group: 'rg-web', cloud: 'usgov'})
    expect(showInventory(inventory)).toEqual(parse(FULL))
    expect(parseInventory(showInventoryYaml(inventory), 'g')).toEqual(inventory)
  })

  it.each([
    ['subscription: prod', 'expected an id such as'],
    [`subscription: ${ID}, endpoint: "http://127.0.0.1"`, 'expected https://'],
    [`subscription: ${ID}, cloud: mars`, 'public'],
    [`subscription: ${ID}, poll: often`, 'expected a time such as 15s'],
    [`subscription: ${ID}, clientSecret: s3cret`, 'clientSecret'],
    ['group: rg', 'subscription'],
  ])('%s', (target, says) => {
    expect(() => parseInventory(`azure: {a: {${target}}}`, 'f')).toThrow(says)
  })
})

describe('the environment', () => {
  it('implies a target where it names a subscription', () => {
    expect(impliesAzure({AZURE_SUBSCRIPTION_ID: ID})).toBe(true)
    expect(impliesAzure({AZURE_SUBSCRIPTION_ID: ''})).toBe(false)
    expect(AZURE_ENV).toBe('env')
  })

  it('names an authority of its own, or one of Microsoft', () => {
    for (const known of [
      'https://login.microsoftonline.com',
      'login.microsoftonline.us/',
      'https://login.chinacloudapi.cn/',
    ])
      expect(isOwnAuthority({AZURE_AUTHORITY_HOST: known})).toBe(false)
    for (const own of ['https://127.0.0.1:1', 'https://login.microsoftonline.com.evil.example'])
      expect(isOwnAuthority({AZURE_AUTHORITY_HOST: own})).toBe(true)
    expect(isOwnAuthority({})).toBe(false)
  })
})
