import {setTimeout as sleep} from 'node:timers/promises'
import {afterEach, describe, expect, test} from 'vitest'
import {runningVsphere} from './running-vsphere.js'
import {openSoap, type Soap} from './vsphere-soap.js'

const at = runningVsphere({hosts: 2, vms: 2})
const control = () => at().lab.control
const open: Soap[] = []
afterEach(async () => {
  for (const one of open.splice(0)) one.close()
  await control().clearFaults()
  await control().deny({user: at().lab.user, privileges: []})
  await at().soap.login(at().lab.user, at().lab.password)
  await control().forget()
})

const stranger = () => {
  const soap = openSoap(at().lab)
  open.push(soap)
  return soap
}
const signedIn = async (user: string) => {
  const soap = stranger()
  const {text} = await soap.login(user, at().lab.password)
  return {soap, key: /<key>([^<]+)</.exec(text)?.[1] ?? ''}
}
const vm = async () => ['VirtualMachine', (await control().state()).vms[0]?.moref ?? ''] as [string, string]

describe('sign-in', () => {
  test('a wrong password is InvalidLogin, and every attempt is counted', async () => {
    await control().forget()
    const soap = stranger()
    expect(await soap.login(at().lab.user, 'wrong')).toMatchObject({status: 500, fault: 'InvalidLogin'})
    expect(await soap.login('nobody', at().lab.password)).toMatchObject({fault: 'InvalidLogin'})
    expect(await soap.login(at().lab.user, at().lab.password)).toMatchObject({status: 200})
    expect((await control().logins()).map(({user, ok}) => [user, ok])).toEqual([
      [at().lab.user, false],
      ['nobody', false],
      [at().lab.user, true],
    ])
  })

  test('a user that a test adds', async () => {
    await control().addUser({name: 'ops@vsphere.local', password: 'x&y'})
    expect(await stranger().login('ops@vsphere.local', 'x&y')).toMatchObject({status: 200})
  })

  test('the certificate is for 127.0.0.1, and from an authority that nobody else knows', async () => {
    const {lab} = at()
    expect(lab.thumbprint.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    const {connect} = await import('node:tls')
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect({host: '127.0.0.1', port: Number(new URL(lab.url).port)})
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      socket.on('secureConnect', () => resolve('trusted'))
    })
    expect(outcome).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY/)
  })
})

describe('a session that has ended', () => {
  test('reads: HTTP 200 with NotAuthenticated for every property; everything else: the fault', async () => {
    const {soap} = await signedIn(at().lab.user)
    expect(await soap.props(...(await vm()), 'name')).toMatchObject({name: 'DC0_C0_RP0_VM0'})
    expect(await control().endSessions()).toBeGreaterThan(0)
    const [type, id] = await vm()
    const set = `<propSet><type>${type}</type><pathSet>name</pathSet></propSet>`
    const spec = (obj: string) => `<specSet>${set}<objectSet>${obj}</objectSet></specSet><options/>`
    const collector = ['PropertyCollector', 'propertyCollector'] as [string, string]
    const read = await soap.call('RetrievePropertiesEx', collector, spec(`<obj type="${type}">${id}</obj>`))
    expect(read.status).toBe(200)
    expect(read.text).toMatch(/<missingSet><path>name<\/path><fault><fault [^>]*type="NotAuthenticated"/)
    expect(read.text).not.toContain('<propSet>')
    const view = spec('<obj type="ContainerView">session[1]2</obj>')
    expect(await soap.call('RetrievePropertiesEx', collector, view)).toMatchObject({
      fault: 'NotAuthenticated',
    })
    expect(await soap.call('PowerOffVM_Task', await vm())).toMatchObject({fault: 'NotAuthenticated'})
  })

  test('of one user only, and a wait for updates ends with it', async () => {
    const {soap} = await signedIn(at().lab.user)
    const {soap: other} = await signedIn(at().lab.readonlyUser)
    const collector = ['PropertyCollector', 'propertyCollector'] as [string, string]
    const [type, id] = await vm()
    const spec = `<spec><propSet><type>${type}</type><pathSet>name</pathSet></propSet><objectSet><obj type="${type}">${id}</obj></objectSet></spec>`
    await soap.call('CreateFilter', collector, `${spec}<partialUpdates>true</partialUpdates>`)
    await soap.call('WaitForUpdatesEx', collector)
    const waiting = soap.call('WaitForUpdatesEx', collector, '<version>-</version>')
    const waits = async () =>
      (await control().calls()).filter((one) => one.method === 'WaitForUpdatesEx').length
    while ((await waits()) < 2) await sleep(10)
    await sleep(50)
    await control().endSessions(at().lab.user)
    expect(await waiting).toMatchObject({status: 500, fault: 'NotAuthenticated'})
    expect(await other.props(type, id, 'name')).toMatchObject({name: 'DC0_C0_RP0_VM0'})
  })
})

describe('privileges', () => {
  const writes = [
    ['EnterMaintenanceMode_Task', 'HostSystem', '<timeout>0</timeout>'],
    ['ExitMaintenanceMode_Task', 'HostSystem', '<timeout>0</timeout>'],
    ['RebootHost_Task', 'HostSystem', '<force>false</force>'],
    ['RelocateVM_Task', 'VirtualMachine', '<spec/>'],
    ['PowerOffVM_Task', 'VirtualMachine', ''],
    ['PowerOnVM_Task', 'VirtualMachine', ''],
    ['SuspendVM_Task', 'VirtualMachine', ''],
    ['ShutdownGuest', 'VirtualMachine', ''],
    ['ReconfigVM_Task', 'VirtualMachine', '<spec/>'],
  ] as const
  test.each(writes)('a read-only user may not %s', async (method, type, args) => {
    const {soap} = await signedIn(at().lab.readonlyUser)
    const {hosts, vms} = await control().state()
    const id = (type === 'HostSystem' ? hosts[0]?.moref : vms[0]?.moref) ?? ''
    expect(await soap.call(method, [type, id], args)).toMatchObject({status: 500, fault: 'NoPermission'})
    expect(await control().state()).toEqual(expect.objectContaining({vms}))
  })

  test('HasPrivilegeOnEntities tells the truth, by user and by object', async () => {
    const [type, id] = await vm()
    const {hosts} = await control().state()
    const ask = async ({soap, key}: {soap: Soap; key: string}) => {
      const args = `<entity type="${type}">${id}</entity><entity type="HostSystem">${hosts[0]?.moref}</entity><sessionId>${key}</sessionId><privId>System.Read</privId><privId>Host.Config.Maintenance</privId>`
      const {text} = await soap.call(
        'HasPrivilegeOnEntities',
        ['AuthorizationManager', 'AuthorizationManager'],
        args,
      )
      return [...text.matchAll(/<isGranted>(\w+)</g)].map(([, granted]) => granted === 'true')
    }
    const admin = await signedIn(at().lab.user)
    expect(await ask(admin)).toEqual([true, true, true, true])
    expect(await ask(await signedIn(at().lab.readonlyUser))).toEqual([true, false, true, false])
    await control().deny({
      user: at().lab.user,
      privileges: ['Host.Config.Maintenance'],
      entity: hosts[0]?.name ?? '',
    })
    expect(await ask(admin)).toEqual([true, true, true, false])
    expect(
      await admin.soap.call(
        'EnterMaintenanceMode_Task',
        ['HostSystem', hosts[0]?.moref ?? ''],
        '<timeout>0</timeout>',
      ),
    ).toMatchObject({fault: 'NoPermission'})
    await control().deny({user: at().lab.user, privileges: [], entity: hosts[0]?.name ?? ''})
  })
})

describe('faults and the log', () => {
  test('by method, object, user and count, after a delay, with a type that nobody knows', async () => {
    const [, id] = await vm()
    await control().fault({
      method: 'PowerOffVM_Task',
      entity: id,
      skip: 0,
      times: 1,
      fault: {type: 'VendorPrivateFault', detail: 'x'},
    })
    expect(await at().soap.call('PowerOffVM_Task', await vm())).toMatchObject({fault: 'VendorPrivateFault'})
    await control().fault({method: 'CurrentTime', user: at().lab.user, delayMs: 300, times: 1})
    const from = performance.now()
    expect(await at().soap.call('CurrentTime', ['ServiceInstance', 'ServiceInstance'])).toMatchObject({
      status: 200,
    })
    expect(performance.now() - from).toBeGreaterThan(250)
    await control().fault({
      method: 'PowerOffVM_Task',
      in: 'task',
      message: 'no',
      fault: {type: 'HostCommunication'},
    })
    const task = await at().soap.task('PowerOffVM_Task', await vm())
    expect(await at().soap.ended(task)).toMatchObject({fault: 'HostCommunication', message: 'no'})
  })

  test('the log names method, object, user, and what a write asked for', async () => {
    const [, id] = await vm()
    await at().soap.task(
      'EnterMaintenanceMode_Task',
      ['HostSystem', (await control().state()).hosts[0]?.moref ?? ''],
      '<timeout>7</timeout><evacuatePoweredOffVms>true</evacuatePoweredOffVms><maintenanceSpec><vsanMode><objectAction>noAction</objectAction></vsanMode></maintenanceSpec>',
    )
    await at().soap.props('VirtualMachine', id, 'name')
    const [enter, read] = (await control().calls()).slice(-2)
    expect(enter).toMatchObject({
      method: 'EnterMaintenanceMode_Task',
      name: 'DC0_C0_H0',
      user: at().lab.user,
      write: true,
      args: {
        timeout: 7,
        evacuatePoweredOffVms: true,
        maintenanceSpec: {vsanMode: {objectAction: 'noAction'}},
      },
    })
    expect(read).toMatchObject({method: 'RetrievePropertiesEx', write: false})
    expect(await control().calls((enter?.n ?? 0) + 1)).toEqual([read])
  })
})
