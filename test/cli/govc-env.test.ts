import {expect, test} from 'vitest'
import {govcTarget, impliesVsphere} from '../../src/lib/cli/govc-env.js'

const files: Record<string, string> = {
  '/run/user': ' ops@vsphere.local \n',
  '/run/pass': 's3cret\n',
  '/known/a': 'vc.example.net:443 AA:BB\nother:443 CC:DD\n\nbroken\n',
  '/known/b': 'vc.example.net EE:FF\nvc.example.net:8443 11:22\n',
}
const target = (env: Record<string, string>) => govcTarget(env, (path) => files[path])
const NAMED = {GOVC_USERNAME: 'u', GOVC_PASSWORD: 'p'}

test('a host alone gets scheme and path; a URL keeps its own', () => {
  const urls = {
    'vc.example.net': 'https://vc.example.net/sdk',
    'vc.example.net:8443': 'https://vc.example.net:8443/sdk',
    'https://vc.example.net/': 'https://vc.example.net/sdk',
    'https://10.0.0.1/proxy/sdk/': 'https://10.0.0.1/proxy/sdk',
    'root:x@[2001:db8::1]': 'https://[2001:db8::1]/sdk',
  }
  for (const [given, url] of Object.entries(urls))
    expect(target({GOVC_URL: given, ...NAMED})).toEqual({
      url,
      user: 'u',
      password: 'p',
      ca: [],
      insecure: false,
    })
})

test('user and password come from the URL, percent-decoded, unless the variables say otherwise', () => {
  const GOVC_URL = 'https://VSPHERE.LOCAL%5Cops:p%40ss%2Fw%3Ard@vc.example.net/sdk'
  expect(target({GOVC_URL})).toMatchObject({
    url: 'https://vc.example.net/sdk',
    user: 'VSPHERE.LOCAL\\ops',
    password: 'p@ss/w:rd',
  })
  expect(target({GOVC_URL, GOVC_PASSWORD: 'other'})).toMatchObject({
    user: 'VSPHERE.LOCAL\\ops',
    password: 'other',
  })
})

test('a value that is the path of a readable file stands for its content', () => {
  const env = {GOVC_URL: 'vc', GOVC_USERNAME: '/run/user', GOVC_PASSWORD: '/run/pass'}
  expect(target(env)).toMatchObject({user: 'ops@vsphere.local', password: 's3cret'})
  expect(target({...env, GOVC_PASSWORD: '/run/none'})).toMatchObject({password: '/run/none'})
})

test('trust: insecure as govc reads it, CA files, and the pin of this host and port', () => {
  for (const yes of ['1', 'true', 'TRUE', 'True'])
    expect(target({GOVC_URL: 'vc', ...NAMED, GOVC_INSECURE: yes}).insecure).toBe(true)
  for (const no of ['', '0', 'false', 'yes'])
    expect(target({GOVC_URL: 'vc', ...NAMED, GOVC_INSECURE: no}).insecure).toBe(false)
  expect(target({GOVC_URL: 'vc', ...NAMED, GOVC_TLS_CA_CERTS: '/a.pem:/b.pem'}).ca).toEqual([
    '/a.pem',
    '/b.pem',
  ])
  const pin = (url: string, list: string) =>
    target({GOVC_URL: url, ...NAMED, GOVC_TLS_KNOWN_HOSTS: list}).thumbprint
  expect(pin('vc.example.net', '/known/a')).toBe('AA:BB')
  expect(pin('vc.example.net', '/known/a:/known/b')).toBe('EE:FF')
  expect(pin('vc.example.net:8443', '/known/a:/known/b')).toBe('11:22')
  expect(pin('vc.example.org', '/known/a:/none')).toBeUndefined()
})

test('what cannot be meant is a usage error that holds no password', () => {
  for (const GOVC_URL of ['http://root:geheim@vc', '://geheim', 'https://geheim:geheim@'])
    expect(() => target({GOVC_URL, ...NAMED})).toThrow(/^GOVC_URL is not the https address of a vCenter$/)
  expect(() => target({GOVC_URL: 'vc', GOVC_USERNAME: 'u'})).toThrow('GOVC_PASSWORD is not')
  expect(() => target({GOVC_URL: 'vc', GOVC_PASSWORD: 'p'})).toThrow('GOVC_USERNAME is not')
})

test('only an address implies a target', () => {
  expect(impliesVsphere({GOVC_URL: 'vc'})).toBe(true)
  expect(impliesVsphere({GOVC_URL: ''})).toBe(false)
  expect(impliesVsphere({GOVC_USERNAME: 'u'})).toBe(false)
})
