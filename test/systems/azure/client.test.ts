import {describe, expect, test} from 'vitest'
import {ArmError} from '../../../src/lib/systems/azure/errors.js'
import {CLOUDS, openAzure} from '../../../src/lib/systems/azure/open.js'
import {runningAzure} from '../../lab/running-azure.js'

const azure = runningAzure()
const control = () => azure().lab.control
const signal = new AbortController().signal
const opened = async () => await azure().systems().azure('lab', azure().lab.subscription)
const WEB = {group: 'rg-web', name: 'web-1'}

async function refused(asking: Promise<unknown>): Promise<ArmError> {
  const error = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ArmError) return error
  throw new Error(`not refused, but: ${String(error)}`)
}

test('a VM in our words', async () => {
  const vm = await (await opened()).vm(WEB, signal)
  expect(vm).toMatchObject({
    name: 'web-1',
    group: 'rg-web',
    os: 'Linux',
    power: 'running',
    provisioning: 'Succeeded',
    agent: {ready: true, says: 'Ready'},
    spot: null,
    ephemeralOs: false,
    scaleSet: null,
  })
  expect(Date.now() - (vm.agent.atMs ?? 0)).toBeLessThan(10_000)
})

test('lists are read page by page', async () => {
  await control().set({page: 2})
  expect((await (await opened()).vms(signal)).map(({name}) => name)).toEqual([
    'web-1',
    'web-2',
    'db-1',
    'batch-1',
    'flex-a',
    'flex-b',
    'flex-c',
  ])
  const pages = (await control().seen()).filter(({path}) => path.endsWith('/virtualMachines'))
  expect(pages).toHaveLength(4)
})

describe('what Azure refuses keeps its code and gets our meaning', () => {
  test.each([
    [404, 'ResourceNotFound', 'answered', 'not-found'],
    [403, 'AuthorizationFailed', 'answered', 'no-permission'],
    [409, 'ScopeLocked', 'answered', 'locked'],
    [409, 'Conflict', 'answered', 'busy'],
    [409, 'AttachDiskWhileBeingDetached', 'answered', 'busy'],
    [400, 'InvalidParameter', 'answered', 'azure'],
    [401, 'InvalidAuthenticationToken', 'refused', 'waiting-credentials'],
    [500, 'InternalServerError', 'lost', 'server-error'],
  ])('%s %s', async (status, code, fault, kind) => {
    await control().fault({
      on: 'POST .*/restart$',
      reply: {status, body: {error: {code, message: 'because'}}},
    })
    const error = await refused((await opened()).send({kind: 'vm', at: WEB, verb: 'restart'}, 'id-1', signal))
    expect({fault: error.fault, class: error.class}).toEqual({fault, class: kind})
    expect(error.message).toContain(status === 500 ? 'HTTP 500' : `${code}: because`)
  })

  test('an operation that is refused for another reason than a running one is not busy', async () => {
    await control().vm('web-1', {power: 'stopped'})
    const error = await refused((await opened()).send({kind: 'vm', at: WEB, verb: 'restart'}, 'id-1', signal))
    expect({code: error.code, class: error.class}).toEqual({code: 'OperationNotAllowed', class: 'azure'})
  })
})

test('a change is sent once, whatever becomes of its connection; a read is repeated', async () => {
  await control().fault({on: 'POST .*/restart$', cut: 'after'})
  const error = await refused((await opened()).send({kind: 'vm', at: WEB, verb: 'restart'}, 'id-1', signal))
  expect(error.fault).toBe('lost')
  await control().fault({on: 'GET .*/virtualMachines/web-1$', cut: 'before'})
  expect((await (await opened()).vm(WEB, signal)).name).toBe('web-1')
  const seen = await control().seen()
  expect(seen.filter(({method}) => method === 'POST')).toMatchObject([{requestId: 'id-1'}])
})

test('a token that is taken no longer is replaced once', async () => {
  const service = await opened()
  await service.vm(WEB, signal)
  await control().expireTokens()
  expect((await service.vm(WEB, signal)).name).toBe('web-1')
  await control().expireTokens()
  await control().refuseSignIn(true)
  const error = await refused(service.vm(WEB, signal))
  expect({fault: error.fault, class: error.class}).toEqual({fault: 'refused', class: 'waiting-credentials'})
})

test('a challenge for more claims is answered by the SDK with a token that has them', async () => {
  const service = await opened()
  await service.vm(WEB, signal)
  const claims = Buffer.from(JSON.stringify({access_token: {nbf: {essential: true, value: '1'}}})).toString(
    'base64',
  )
  await control().fault({
    on: 'GET .*/virtualMachines/web-1$',
    reply: {
      status: 401,
      headers: {
        'www-authenticate': `Bearer realm="", authorization_uri="x", error="insufficient_claims", claims="${claims}"`,
      },
      body: {error: {code: 'InvalidAuthenticationToken', message: 'more claims'}},
    },
  })
  expect((await service.vm(WEB, signal)).name).toBe('web-1')
  const asked = (await control().seen()).filter(({path}) => path.endsWith('/virtualMachines/web-1'))
  expect(asked.map(({status}) => status)).toEqual([200, 401, 200])
})

test('an operation elsewhere than at the endpoint is not asked: the token stays here', async () => {
  const error = await refused(
    (await opened()).ask({url: 'https://management.example.net/operations/1', by: 'status'}, signal),
  )
  expect(error.code).toBe('ForeignAddress')
})

test('a certificate that nobody vouches for is refused, and says what to check', async () => {
  const {subscription, url} = azure().lab
  const clock = {now: Date.now, sleep: async () => {}}
  const service = openAzure({subscription, endpoint: url, audience: CLOUDS.public, ownAuthority: true}, clock)
  const error = await refused(service.vm(WEB, signal))
  expect(error.fault).toBe('refused')
})

test('a long Retry-After of an operation is kept, and so is ours where there is none', async () => {
  const slept: number[] = []
  const clock = {
    now: Date.now,
    sleep: async (ms: number) => {
      slept.push(ms)
    },
  }
  const {subscription, url, ca} = azure().lab
  const {readFile} = await import('node:fs/promises')
  const service = openAzure(
    {
      subscription,
      endpoint: url,
      audience: CLOUDS.public,
      ca: await readFile(ca, 'utf8'),
      ownAuthority: true,
    },
    clock,
  )
  await control().fault({on: 'POST .*/restart$', operation: {never: true}})
  const operation = await service.send({kind: 'vm', at: WEB, verb: 'restart'}, 'id-1', signal)
  await service.ask(operation, signal)
  await control().set({retryAfter: 7})
  await service.ask(operation, signal)
  await service.ask(operation, signal)
  // 20: 15 s where Azure says nothing.
  expect(slept.map((ms) => Math.ceil(ms / 1000))).toEqual([15, 15, 7])
})
