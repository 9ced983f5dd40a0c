import {afterEach, expect, test} from 'vitest'
import type {VcenterWriter} from '../../../src/lib/systems/vsphere/vcenter.js'
import {calm} from '../../lab/running-lab.js'
import {
  COOKIE,
  type Endpoint,
  envelope,
  fault,
  returning,
  type Script,
  startEndpoint,
  text,
} from './endpoint.js'
import {vcenterOf} from './running.js'

let endpoint: Endpoint | undefined
const closing: {close(): Promise<void>}[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()))
  await endpoint?.stop()
  endpoint = undefined
})

const LIMITS = {connectMs: 5000, silenceMs: 60_000, maxBytes: 200_000}

/** A client of an endpoint that says what the script says. */
async function scripted(script: Script, limits: Partial<typeof LIMITS> = {}) {
  const made = await startEndpoint(script)
  endpoint = made
  const watched = vcenterOf(
    {url: made.url, user: 'VSPHERE.LOCAL\\ops & <co>', password: 'p<&>"\'', ca: made.ca},
    {},
    {limits: {...LIMITS, ...limits}},
  )
  closing.push(watched.vc)
  return {...watched, seen: made.seen, sent: (what: string) => made.seen.filter((one) => one.what === what)}
}

const relocate = (vc: VcenterWriter) => vc.relocate('vm-1', {host: 'host-2'}, 'high', calm)
const TASK =
  '<RelocateVM_TaskResponse xmlns="urn:vim25"><returnval type="Task">task-7</returnval></RelocateVM_TaskResponse>'

test('a write goes out once, in the order of the schema, with version, cookie and escaped password', async () => {
  const {vc, seen, sent} = await scripted({RelocateVM_Task: text(envelope(TASK))})
  expect(await vc.relocate('vm-1', {host: 'host-2', pool: 'resgroup-3'}, 'high', calm)).toBe('task-7')
  const [call] = sent('RelocateVM_Task')
  expect(call?.body).toContain(
    '<RelocateVM_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-1</_this><spec><pool type="ResourcePool">resgroup-3</pool><host type="HostSystem">host-2</host></spec><priority>highPriority</priority></RelocateVM_Task>',
  )
  expect(call?.headers).toMatchObject({
    soapaction: 'urn:vim25/8.0.1.0',
    'content-type': 'text/xml; charset=utf-8',
    cookie: COOKIE,
  })
  const [login] = sent('Login')
  expect(login?.body).toContain('<userName>VSPHERE.LOCAL\\ops &amp; &lt;co&gt;</userName>')
  expect(login?.body).toContain("<password>p&lt;&amp;&gt;&quot;'</password>")
  await vc.close()
  expect(seen.at(-1)).toMatchObject({what: 'Logout', headers: {cookie: COOKIE}})
})

test('an answer that is cut off, half or garbled leaves a write in doubt, and it is not sent again', async () => {
  const cut: Script[string] = (response) => {
    response.writeHead(200, {'Content-Type': 'text/xml', 'Content-Length': '5000'})
    response.write(envelope(TASK).slice(0, 90), () => response.socket?.destroy())
  }
  const broken = {
    'cut-off': [cut, (response) => response.socket?.destroy()],
    garbled: [
      text(envelope(TASK).slice(0, -30)),
      text('{"not": "xml"}'),
      text(`<!DOCTYPE x [<!ENTITY a "b">]>${envelope(TASK)}`),
      text(envelope('<a/>'.repeat(3)).replace('</soapenv:Body>', '')),
      text('<html><body>sign in</body></html>', {type: 'text/html'}),
      text(envelope('')),
      text(envelope(TASK).replace('task-7', '&nothing;')),
      text(''),
      text(`${'<a>'.repeat(500)}${'</a>'.repeat(500)}`),
    ],
  } satisfies Record<string, Script[string][]>
  for (const [kind, replies] of Object.entries(broken))
    for (const reply of replies) {
      const {vc, sent} = await scripted({RelocateVM_Task: reply as Script[string]})
      await expect(relocate(vc)).rejects.toMatchObject({fault: 'lost', class: kind})
      expect(sent('RelocateVM_Task')).toHaveLength(1)
      await vc.close()
      await endpoint?.stop()
    }
})

test('an answer without an end is cut at the limit, one that stalls ends in time', async () => {
  const endless: Script[string] = (response) => {
    response.writeHead(200, {'Content-Type': 'text/xml'})
    const more = () => response.write('<a>x</a>'.repeat(5000), () => setImmediate(more))
    response.write('<Envelope><Body>', more)
  }
  const long = await scripted({RelocateVM_Task: endless})
  await expect(relocate(long.vc)).rejects.toMatchObject({fault: 'lost', class: 'too-long'})
  await endpoint?.stop()
  const stalls: Script[string] = (response) => {
    response.writeHead(200, {'Content-Type': 'text/xml'})
    response.write('<Envelope>')
  }
  for (const reply of [stalls, () => {}]) {
    const {vc} = await scripted({RelocateVM_Task: reply}, {silenceMs: 300})
    await expect(relocate(vc)).rejects.toMatchObject({fault: 'lost', class: 'time-out'})
    await endpoint?.stop()
  }
})

test('a signal ends a call at once; before anything was sent that is known', async () => {
  const {vc, sent} = await scripted({RelocateVM_Task: () => {}})
  const off = new AbortController()
  const waiting = vc.relocate('vm-1', {host: 'host-2'}, 'default', off.signal)
  await expect.poll(() => sent('RelocateVM_Task').length, {timeout: 10_000}).toBe(1)
  off.abort()
  await expect(waiting).rejects.toMatchObject({fault: 'lost', class: 'called-off'})
  await expect(vc.relocate('vm-1', {host: 'host-2'}, 'default', off.signal)).rejects.toMatchObject({
    fault: 'unreachable',
    class: 'called-off',
  })
  expect(sent('RelocateVM_Task')).toHaveLength(1)
})

test('a fault is an answer: its class is the type, its text has the causes, made harmless', async () => {
  const cause =
    '<faultCause><fault xsi:type="CpuIncompatible"><faultMessage><key>k</key><message>no \u0007AES\u202e\nnow</message></faultMessage></fault><localizedMessage>The CPU lacks a feature.</localizedMessage></faultCause>'
  const {vc} = await scripted({RelocateVM_Task: fault('MigrationFault', cause, 'It cannot move.')})
  await expect(relocate(vc)).rejects.toMatchObject({
    fault: 'answered',
    class: 'migration-fault',
    message: expect.stringContaining(
      'RelocateVM_Task: It cannot move.: The CPU lacks a feature.; no \ufffdAES\\u{202e} now (MigrationFault)',
    ),
  })
  await endpoint?.stop()
  const empty = await scripted({RelocateVM_Task: fault('InvalidPowerState')})
  await expect(relocate(empty.vc)).rejects.toMatchObject({
    class: 'invalid-power-state',
    message: expect.stringContaining('invalid power state'),
  })
})

test('a proxy whose service is down is an answer: nothing was done', async () => {
  const {vc} = await scripted({
    RelocateVM_Task: text('Service Unavailable', {status: 503, type: 'text/plain'}),
  })
  await expect(relocate(vc)).rejects.toMatchObject({fault: 'answered', class: 'http-503'})
})

test('what goes wrong before somebody is signed in counts as not reached', async () => {
  const page = text('<html>router</html>', {type: 'text/html'})
  const {vc, sent} = await scripted({RetrieveServiceContent: page})
  await expect(relocate(vc)).rejects.toMatchObject({fault: 'unreachable', class: 'garbled'})
  expect(sent('Login')).toHaveLength(0)
  await endpoint?.stop()
  const silent = await scripted({Login: (response) => response.socket?.destroy()})
  await expect(relocate(silent.vc)).rejects.toMatchObject({fault: 'unreachable', class: 'cut-off'})
  expect(silent.sent('Login')).toHaveLength(1)
  expect(silent.sent('RelocateVM_Task')).toHaveLength(0)
})

const missing = (type: string, inside = '') =>
  returning(
    'RetrievePropertiesEx',
    `<objects><obj type="VirtualMachine">vm-1</obj><missingSet><path>name</path><fault><fault xsi:type="${type}">${inside}</fault><localizedMessage></localizedMessage></fault></missingSet></objects>`,
  )
const vmNamed = returning(
  'RetrievePropertiesEx',
  '<objects><obj type="VirtualMachine">vm-1</obj><propSet><name>name</name><val xsi:type="xsd:string">web</val></propSet></objects>',
)

test('nothing, said to a session that has expired, is not "no VMs": somebody signs in again', async () => {
  const {vc, sent} = await scripted({RetrievePropertiesEx: [missing('NotAuthenticated'), vmNamed]})
  expect(await vc.whereabouts('pool', calm)).toMatchObject([{ref: 'vm-1', name: 'web'}])
  expect(sent('Login')).toHaveLength(2)
})

test('an expired session is renewed once in a minute, by one of all that find it', async () => {
  const {vc, sent} = await scripted({RetrievePropertiesEx: missing('NotAuthenticated')})
  const both = await Promise.allSettled([vc.whereabouts('pool', calm), vc.whereabouts('pool', calm)])
  for (const one of both)
    expect(one).toMatchObject({status: 'rejected', reason: {fault: 'refused', class: 'session-ended'}})
  expect(sent('Login')).toHaveLength(2)
  await expect(vc.whereabouts('pool', calm)).rejects.toMatchObject({class: 'session-ended'})
  expect(sent('Login')).toHaveLength(2)
})

test('a property that may not be read fails the whole read; one that does not exist does not', async () => {
  const privilege = '<object type="VirtualMachine">vm-1</object><privilegeId>System.Read</privilegeId>'
  const {vc} = await scripted({RetrievePropertiesEx: missing('NoPermission', privilege)})
  await expect(vc.whereabouts('pool', calm)).rejects.toMatchObject({
    fault: 'answered',
    class: 'no-permission',
    message: expect.stringContaining('System.Read on vm-1'),
  })
  await endpoint?.stop()
  const other = await scripted({RetrievePropertiesEx: missing('InvalidProperty')})
  expect(await other.vc.whereabouts('pool', calm)).toMatchObject([{ref: 'vm-1', name: 'vm-1'}])
  await endpoint?.stop()
  const gone = await scripted({RetrievePropertiesEx: missing('ManagedObjectNotFound')})
  expect(await gone.vc.whereabouts('pool', calm)).toEqual([])
})

test('a read whose pages break off is given up on the server too', async () => {
  const first = returning('RetrievePropertiesEx', '<token>t&amp;1</token>')
  const {vc, sent} = await scripted({
    RetrievePropertiesEx: first,
    ContinueRetrievePropertiesEx: fault('SystemError'),
    CancelRetrievePropertiesEx: returning('CancelRetrievePropertiesEx'),
  })
  await expect(vc.whereabouts('pool', calm)).rejects.toMatchObject({fault: 'answered', class: 'system-error'})
  expect(sent('ContinueRetrievePropertiesEx')[0]?.body).toContain('<token>t&amp;1</token>')
  expect(sent('CancelRetrievePropertiesEx')).toHaveLength(1)
})

test('a connection that was closed while idle is no failure of a read', async () => {
  const drop: Script[string] = (response, body) => {
    response.once('finish', () => setTimeout(() => response.socket?.destroy(), 5))
    vmNamed(response, body)
  }
  const {vc} = await scripted({RetrievePropertiesEx: drop})
  for (let at = 0; at < 5; at += 1) expect(await vc.whereabouts('pool', calm)).toHaveLength(1)
})

test('updates: truncated ones are fetched at once, empty ones awaited, the version handed back', async () => {
  const set = (inside: string) => `<version>-</version>${inside}`
  const change = (name: string, value: string) =>
    `<changeSet><name>${name}</name><op>assign</op>${value}</changeSet>`
  const object = (kind: string, ...changes: string[]) =>
    `<filterSet><filter type="PropertyFilter">f</filter><objectSet><kind>${kind}</kind><obj type="Task">task-7</obj>${changes.join('')}</objectSet></filterSet>`
  const {vc, sent} = await scripted({
    CreatePropertyCollector: text(
      envelope(
        '<CreatePropertyCollectorResponse><returnval type="PropertyCollector">own</returnval></CreatePropertyCollectorResponse>',
      ),
    ),
    CreateListView: text(
      envelope(
        '<CreateListViewResponse><returnval type="ListView">view</returnval></CreateListViewResponse>',
      ),
    ),
    CreateFilter: text(
      envelope('<CreateFilterResponse><returnval type="PropertyFilter">f</returnval></CreateFilterResponse>'),
    ),
    ModifyListView: returning('ModifyListView'),
    WaitForUpdatesEx: [
      returning(
        'WaitForUpdatesEx',
        set(
          `${object('enter', change('info.error', ''), change('info.state', '<val xsi:type="TaskInfoState">queued</val>'))}<truncated>true</truncated>`,
        ),
      ),
      returning(
        'WaitForUpdatesEx',
        set(object('modify', change('info.state', '<val xsi:type="TaskInfoState">running</val>'))),
      ),
      returning('WaitForUpdatesEx'),
      returning(
        'WaitForUpdatesEx',
        set(object('modify', change('info.state', '<val xsi:type="TaskInfoState">success</val>'))),
      ),
    ],
  })
  const ended = await vc.follow('task-7', 60_000, calm)
  expect(ended).toMatchObject({state: 'success', error: null})
  expect(sent('WaitForUpdatesEx').map(({body}) => /<version>(.*)<\/version>/.exec(body)?.[1])).toEqual([
    '',
    '-',
    '-',
    '-',
  ])
})
