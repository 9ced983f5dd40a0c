import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {inventoryJsonSchema} from '../../src/lib/inventory/json-schema.js'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {runsProgram} from '../../src/lib/inventory/secret.js'
import {showInventory, showInventoryYaml} from '../../src/lib/inventory/show.js'

const SHA1 = Array.from({length: 20}, () => 'aB').join(':')
const SHA256 = 'c0'.repeat(32)
const FULL = `vsphere:
  dc:
    url: https://vc.example.net/sdk
    user: VSPHERE.LOCAL\\ops
    password: {cmd: [op, read, op://ops/vc]}
    ca: ca.pem
    servername: vc.example.net
  pinned: {url: "https://10.0.0.1:8443", user: root, password: {env: ESX}, thumbprint: "${SHA1}"}
  lab: {url: "https://[2001:db8::1]/sdk", user: root, password: {file: pw}, insecure: true}
`

const one = (more: string) => `vsphere: {dc: {url: "https://vc", user: u, password: {env: P}, ${more}}}`

describe('a vsphere target of the inventory', () => {
  it('is what was written, and is shown like that', () => {
    const inventory = parseInventory(FULL, 'f')
    expect(inventory.vsphere.pinned).toEqual({
      url: 'https://10.0.0.1:8443',
      user: 'root',
      password: {env: 'ESX'},
      thumbprint: SHA1,
    })
    expect(runsProgram(inventory.vsphere.dc)).toBe(true)
    expect(showInventory(inventory)).toEqual(parse(FULL))
    expect(parseInventory(showInventoryYaml(inventory), 'g')).toEqual(inventory)
  })

  it('takes thumbprints of both lengths, with colons or without', () => {
    for (const pin of [SHA1, SHA1.replaceAll(':', ''), SHA256]) {
      const {vsphere} = parseInventory(one(`thumbprint: "${pin}"`), 'f')
      expect(vsphere.dc?.thumbprint).toBe(pin)
    }
    for (const pin of ['', 'ab', `${SHA1}:00`, SHA256.slice(1), 'g'.repeat(40)])
      expect(() => parseInventory(one(`thumbprint: "${pin}"`), 'f'), pin).toThrow(
        'SHA-256 (32 bytes) or SHA-1',
      )
  })

  it('has one way to trust', () => {
    expect(() => parseInventory(one(`ca: a, thumbprint: "${SHA1}"`), 'f')).toThrow('keep one')
    expect(() => parseInventory(one('ca: a, insecure: true'), 'f')).toThrow('keep one')
    expect(parseInventory(one('ca: a, insecure: false'), 'f').vsphere.dc?.insecure).toBe(false)
  })

  it('refuses an url that is none, or that holds a password, without repeating it', () => {
    const at = (url: string) => `vsphere: {dc: {url: "${url}", user: u, password: {env: P}}}`
    for (const url of [
      'vc.example.net',
      'http://vc',
      'https://',
      'ftp://vc',
      'https://vc/sdk?x=1',
      'https://vc/#a',
    ])
      expect(() => parseInventory(at(url), 'f'), url).toThrow('expected https://HOST')
    expect(() => parseInventory(at('https://u:geheim@vc/sdk'), 'f')).toThrow('go beside the url')
  })

  it('refuses a password that stands there, and says how to refer to one', () => {
    const plain = 'vsphere: {dc: {url: "https://vc", user: u, password: geheim}}'
    expect(() => parseInventory(plain, 'f')).toThrow('{env: NAME}')
    expect(() => parseInventory('vsphere: {dc: {url: "https://vc", user: u}}', 'f')).toThrow('password')
  })

  it('is described for editors', () => {
    expect(JSON.stringify(inventoryJsonSchema())).toContain('of the vCenter, or of one ESXi host')
  })
})
