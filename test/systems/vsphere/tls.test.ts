import type {AddressInfo} from 'node:net'
import {createServer, type Server} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import type {VsphereTls} from '../../../src/lib/systems/vsphere/target.js'
import {calm} from '../../lab/running-lab.js'
import {type Endpoint, startEndpoint} from './endpoint.js'
import {runningVsphere, vcenterOf} from './running.js'

const lab = runningVsphere({hosts: 1, vms: 1})
let endpoint: Endpoint | undefined
let silent: Server | undefined
afterEach(async () => {
  await endpoint?.stop()
  silent?.close()
  endpoint = undefined
  silent = undefined
})

const signIn = (tls: VsphereTls) => vcenterOf(lab(), {tls}).vc.session(calm)

test('an authority of the inventory, a pin in any notation, or nothing at all on request', async () => {
  const {ca, thumbprint, user} = lab()
  const {sha256, sha1} = thumbprint
  const good: VsphereTls[] = [
    {ca: [ca]},
    {thumbprint: sha256},
    {thumbprint: sha1},
    {thumbprint: sha256.replaceAll(':', '').toLowerCase()},
    {thumbprint: sha1.replaceAll(':', '')},
    {insecure: true},
  ]
  for (const tls of good) expect(await signIn(tls)).toMatchObject({user})
})

test('a private authority that nobody named is refused, with the pin to write down', async () => {
  const before = await lab().control.logins()
  const {thumbprint} = lab()
  await expect(signIn({})).rejects.toMatchObject({
    fault: 'refused',
    class: 'untrusted-certificate',
    hint: expect.stringContaining(`vsphere: {dc: {thumbprint: "${thumbprint.sha256}"}}`),
  })
  expect(await lab().control.logins()).toEqual(before)
})

test('a certificate for another name is refused, unless that name is expected', async () => {
  const made = await startEndpoint({}, 'DNS:vc.example.net')
  endpoint = made
  const sign = (tls: VsphereTls) =>
    vcenterOf({url: made.url, user: 'u', password: 'secret-7', ca: made.ca}, {tls}).vc.session(calm)
  await expect(sign({ca: [made.ca]})).rejects.toMatchObject({fault: 'refused', class: 'wrong-name'})
  expect(made.received()).toBe(0)
  expect(await sign({ca: [made.ca], servername: 'vc.example.net'})).toMatchObject({key: 'session-1'})
})

test('with another certificate than the pinned one not a byte is sent', async () => {
  const made = await startEndpoint({})
  endpoint = made
  const other = lab().thumbprint
  for (const pin of [other.sha256, other.sha1, other.sha256.replace(/..$/, '00'), 'AB:CD']) {
    const {vc} = vcenterOf(
      {url: made.url, user: 'u', password: 'secret-7', ca: made.ca},
      {tls: {thumbprint: pin}},
    )
    await expect(vc.session(calm)).rejects.toMatchObject({
      fault: 'refused',
      class: 'thumbprint-mismatch',
      message: expect.stringContaining('nothing was sent'),
    })
  }
  expect(made.received()).toBe(0)
  expect(made.seen).toEqual([])
})

test('a CA file that is not there is named', async () => {
  await expect(signIn({ca: ['/nowhere/ca.pem']})).rejects.toMatchObject({
    fault: 'refused',
    class: 'unreadable-ca',
    message: expect.stringContaining('/nowhere/ca.pem: ENOENT'),
  })
})

test('nobody listens, nobody answers, or not with TLS: not reached', async () => {
  const port = await freedPort()
  const at = (url: string, connectMs = 5000) =>
    vcenterOf({...lab(), url}, {}, {limits: {connectMs}}).vc.session(calm)
  await expect(at(`https://127.0.0.1:${port}/sdk`)).rejects.toMatchObject({
    fault: 'unreachable',
    class: 'nobody-listens',
  })
  await expect(at('https://no-such-host.invalid/sdk')).rejects.toMatchObject({
    fault: 'unreachable',
    class: 'no-such-host',
  })
  const mute = await listening(() => {})
  await expect(at(mute, 300)).rejects.toMatchObject({fault: 'unreachable', class: 'time-out'})
  const plain = await listening((text) => text.end('220 mail\r\n'))
  await expect(at(plain)).rejects.toMatchObject({fault: 'unreachable'})
})

test('a connection that is being made does not outlive the client', async () => {
  const mute = await listening(() => {})
  const {vc} = vcenterOf({...lab(), url: mute}, {}, {limits: {connectMs: 60_000}})
  const waiting = vc.session(calm)
  waiting.catch(() => {})
  await expect.poll(() => connections(), {timeout: 10_000}).toBeGreaterThan(0)
  await vc.close()
  await expect(waiting).rejects.toMatchObject({fault: 'unreachable'})
  await expect.poll(() => connections(), {timeout: 10_000}).toBe(0)
})

function connections(): Promise<number> {
  return new Promise((resolve) => silent?.getConnections((_, count) => resolve(count)))
}

async function listening(greet: (socket: {end(text: string): void}) => void): Promise<string> {
  silent?.close()
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume()
    greet(socket)
  })
  silent = server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/sdk`
}

async function freedPort(): Promise<number> {
  const url = await listening(() => {})
  await new Promise((resolve) => silent?.close(resolve))
  return Number(new URL(url).port)
}
