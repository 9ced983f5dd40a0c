import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {outcomeOf} from './fits.js'
import {words} from './home.js'
import {vsphereDesk} from './vsphere-desk.js'

const at = vsphereDesk()
const EVACUATE = 'vsphere host evacuate mdc-esx-02'

async function here(host: string): Promise<string[]> {
  const all = Object.entries(await at.whereabouts())
  return all.flatMap(([vm, on]) => (on === host ? [vm] : []))
}

describe('vsphere host evacuate', () => {
  test('dry run, refused without the name, done, again, restored with its VMs, undone', async () => {
    const before = await at.whereabouts()
    const dry = await at.redeye(`${EVACUATE} --dry-run`)
    expect(dry, words(dry)).toMatchObject({code: 0})
    for (const line of dry.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(await at.redeye(`${EVACUATE} --yes`)).toMatchObject({code: 4})
    expect(await at.writes()).toEqual([])

    const done = await at.redeye(`${EVACUATE} --confirm mdc-esx-02 --json`)
    const outcome = outcomeOf(done)
    expect(outcome).toMatchObject({verdict: 'done', runbook: 'vsphere.host.evacuate'})
    expect(outcome.next[0]).toBe('redeye vsphere host restore mdc-esx-02')
    expect(await here('mdc-esx-02')).toEqual([])
    expect(await at.inMaintenance('mdc-esx-02')).toBe(true)

    const again = await at.redeye(`${EVACUATE} --confirm mdc-esx-02 --json`)
    expect(outcomeOf(again)).toMatchObject({verdict: 'nothing', exit: 0})

    // The run that found nothing to do is not the one to be restored.
    const back = await at.redeye('vsphere host restore mdc-esx-02 --move-back --yes --settle 0s')
    expect(back, words(back)).toMatchObject({code: 0})
    expect(await at.whereabouts()).toEqual(before)
    expect(await at.inMaintenance('mdc-esx-02')).toBe(false)
  })

  test('undone with --rollback-moves, everything is as before', async () => {
    const before = await at.whereabouts()
    expect((await at.redeye(`${EVACUATE} --rollback-moves --confirm mdc-esx-02`)).code).toBe(0)
    const [run = ''] = await at.runs()
    const undone = await at.redeye(`runs undo ${run} --confirm mdc-esx-02`)
    expect(undone, words(undone)).toMatchObject({code: 0})
    expect(await at.whereabouts()).toEqual(before)
    expect(await at.inMaintenance('mdc-esx-02')).toBe(false)
  })

  test('Ctrl-C ends what is in flight; resume does the rest and moves nobody twice', async () => {
    await at.lab().control.pace({relocateMs: 1500})
    const running = at.begin(`${EVACUATE} --confirm mdc-esx-02 --parallel 1 --progress lines`)
    await running.says(/step \d+\/6 start mdc-\S+: vMotion/)
    running.child.kill('SIGINT')
    const stopped = await running.ended
    expect(stopped, words(stopped)).toMatchObject({code: 8})
    const [run = ''] = await at.runs()
    const resumed = await at.redeye(`runs resume ${run} --confirm mdc-esx-02`)
    expect(resumed, words(resumed)).toMatchObject({code: 0})
    expect(await here('mdc-esx-02')).toEqual([])
    const moves = (await at.writes()).filter((one) => one.startsWith('RelocateVM_Task'))
    expect(new Set(moves).size).toBe(moves.length)
  })

  test('a host that DRS empties', async () => {
    const done = await at.redeye('vsphere host evacuate drs-esx-01 --confirm drs-esx-01 --json')
    expect(outcomeOf(done)).toMatchObject({verdict: 'done'})
    expect(await here('drs-esx-01')).toEqual([])
    expect((await at.writes()).filter((one) => one.startsWith('RelocateVM_Task'))).toEqual([])
  })

  test('a reboot only once it is empty, and out of maintenance mode afterwards', async () => {
    const early = await at.redeye('vsphere host reboot mdc-esx-02 --confirm mdc-esx-02')
    expect(early, words(early)).toMatchObject({code: 3})
    expect((await at.redeye(`${EVACUATE} --confirm mdc-esx-02`)).code).toBe(0)
    const ended = await at.redeye(
      'vsphere host reboot mdc-esx-02 --exit-after --settle 0s --confirm mdc-esx-02 --json',
    )
    const outcome = outcomeOf(ended)
    expect(outcome, words(ended)).toMatchObject({verdict: 'done'})
    expect(await at.inMaintenance('mdc-esx-02')).toBe(false)
  })

  test('exit-maintenance moves nobody', async () => {
    expect((await at.redeye(`${EVACUATE} --confirm mdc-esx-02`)).code).toBe(0)
    const before = await at.whereabouts()
    const ended = await at.redeye('vsphere host exit-maintenance mdc-esx-02 --settle 0s --yes')
    expect(ended, words(ended)).toMatchObject({code: 0})
    expect(await at.whereabouts()).toEqual(before)
    expect(await at.inMaintenance('mdc-esx-02')).toBe(false)
  })
})

describe('what was mistyped is a usage error and changes nothing', () => {
  test.each([
    ['vsphere host evacuate mdc-esx-9 --confirm x', 'there is no host mdc-esx-9'],
    ['vsphere host evacuate mdc-esx-02 --vcenter cd', 'it has dc'],
    ['vsphere host evacuate mdc-esx-02 --stop web=shutdwn', 'write VM=shutdown, VM=suspend or VM=poweroff'],
    ['vsphere host evacuate mdc-esx-02 --skip mdc-db-02', 'add --no-maintenance'],
    ['vsphere host evacuate mdc-esx-02 --mem-headroom 99', '--mem-headroom'],
    ['vsphere host evacuate', 'host'],
    ['vsphere host restore mdc-esx-02 --run zzzz', 'there is no run zzzz'],
    ['vsphere status nowhere', 'there is no cluster nowhere'],
    ['vsphere datastore capacity nowhere', 'there is no datastore nowhere'],
  ])('%s', async (command, says) => {
    const ended = await at.redeye(command)
    expect(ended, words(ended)).toMatchObject({code: 2})
    expect(words(ended)).toContain(says)
    expect(await at.runs()).toEqual([])
    expect(await at.writes()).toEqual([])
  })
})

describe('reads', () => {
  test.each([
    'vsphere status',
    'vsphere status mdc',
    'vsphere vm list',
    'vsphere vm list --host mdc-esx-02 --power on --sort memory',
    'vsphere ha status mdc',
    'vsphere datastore capacity',
    'vsphere host health mdc-esx-02',
    'vsphere check --need evacuate',
  ])('%s: fits 80 columns, has JSON, writes nothing', async (command) => {
    const text = await at.redeye(command)
    expect(text, words(text)).toMatchObject({code: 0})
    for (const line of text.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    const json = await at.redeye(`${command} --json`)
    expect(JSON.parse(json.stdout)).toBeTruthy()
    expect(await at.writes()).toEqual([])
  })

  test('health is unhealthy when something is red, check when a privilege is missing or nobody answers', async () => {
    await at.lab().control.host({host: 'mdc-esx-02', alarms: [{name: 'Host memory status', status: 'red'}]})
    expect(await at.redeye('vsphere host health mdc-esx-02')).toMatchObject({code: 13})
    await at.lab().control.deny({user: at.lab().user, privileges: ['Host.Config.Maintenance']})
    const ended = await at.redeye('vsphere check --need evacuate')
    expect(ended, words(ended)).toMatchObject({code: 13})
    expect(words(ended)).toContain('lacks Host.Config.Maintenance')
    expect(await at.redeye('vsphere check')).toMatchObject({code: 0})
    await at.lab().stop()
    expect(await at.redeye('vsphere check')).toMatchObject({code: 10})
  })
})

describe('signing in', () => {
  const env = async () => ({
    REDEYE_INVENTORY: '',
    GOVC_URL: at.lab().url,
    GOVC_USERNAME: at.lab().user,
    GOVC_PASSWORD: await readFile(join(at.lab().dir, 'password'), 'utf8').then((text) => text.trim()),
  })

  test('GOVC_* alone will do; its certificate is checked unless told otherwise', async () => {
    const untrusted = await at.redeye('vsphere check', {env: await env(), cwd: at.home()})
    expect(untrusted, words(untrusted)).toMatchObject({code: 10})
    expect(words(untrusted)).toContain('thumbprint')
    expect(await at.lab().control.logins()).toEqual([])
    const trusted = await at.redeye('vsphere check', {
      env: {...(await env()), GOVC_TLS_CA_CERTS: at.lab().ca},
      cwd: at.home(),
    })
    expect(trusted, words(trusted)).toMatchObject({code: 0})
    const insecure = await at.redeye('vsphere check', {
      env: {...(await env()), GOVC_INSECURE: '1'},
      cwd: at.home(),
    })
    expect(insecure, words(insecure)).toMatchObject({code: 0})
  })

  test('a wrong password is tried once and never shown', async () => {
    const secret = 'not-the-password-7'
    const ended = await at.redeye('vsphere status', {
      env: {...(await env()), GOVC_PASSWORD: secret, GOVC_TLS_CA_CERTS: at.lab().ca},
      cwd: at.home(),
    })
    expect(ended, words(ended)).toMatchObject({code: 10})
    expect(words(ended)).not.toContain(secret)
    expect(await at.lab().control.logins()).toHaveLength(1)
  })
})
