import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {runningGuests} from '../lab/running-guest.js'
import {inventoryOf} from '../runbooks/linux/room.js'
import {outcomeOf} from './fits.js'
import {homeWith, words} from './home.js'

const guest = runningGuests([{name: 'a'}])
let dir = ''
const inventory = () => join(dir, 'redeye.yaml')
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rl-'))
  const groups = {web: {web1: 'a', web2: 'a ops'}, sad: {plain1: 'a plain'}}
  await writeFile(inventory(), inventoryOf(groups, guest), {mode: 0o600})
})
afterAll(() => rm(dir, {recursive: true, force: true}))

const at = homeWith(inventory, async () => {})
const QUICK = '--soak 0s --progress none'
const show = async (unit: string, name: string) =>
  (await guest('a').run(`systemctl show --value -p ${name} ${unit}`)).trim()

/** `ssh` with a configuration of the test's: the real one reads that of the person who runs it, whatever HOME says. */
async function sshKnowing(alias: string): Promise<{PATH: string}> {
  const {host, clientKeyFile, knownHostsFile} = guest('a')
  const config = join(dir, 'ssh_config')
  await writeFile(
    config,
    `Host ${alias}\n  HostName ${host}\n  User root\n  IdentityFile ${clientKeyFile}\n  UserKnownHostsFile ${knownHostsFile}\n`,
  )
  await writeFile(join(dir, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${config} "$@"\n`, {mode: 0o755})
  return {PATH: `${dir}:${process.env.PATH}`}
}

describe('linux service', () => {
  test('status of a group, in 80 columns; what does not run says why', async () => {
    const well = await at.redeye('linux service status good web')
    expect(well, words(well)).toMatchObject({code: 0})
    expect(well.stdout).toMatch(/^web1 +active \(running\)/m)
    await guest('a').run('systemctl start broken; sleep 1; true')
    const failed = await at.redeye('linux service status broken web1')
    expect(failed.stdout).toMatch(/^web1 +failed \(failed\)/m)
    expect(failed.stdout).toContain('! web1: broken.service: Start request repeated too quickly.')
    for (const line of failed.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    await guest('a').run('systemctl reset-failed')
  })

  test('restart: a dry run, then for real, then a saved plan', async () => {
    const before = await show('good', 'InvocationID')
    const dry = await at.redeye('linux service restart good web1 --dry-run')
    expect(dry, words(dry)).toMatchObject({code: 0})
    for (const line of dry.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    const unasked = await at.redeye(`linux service restart good web1 ${QUICK}`)
    expect(unasked, words(unasked)).toMatchObject({code: 4})
    expect(await show('good', 'InvocationID')).toBe(before)
    const done = await at.redeye(`linux service restart good web --yes --json ${QUICK}`)
    expect(outcomeOf(done)).toMatchObject({verdict: 'done', runbook: 'linux.service.restart', exit: 0})
    expect(outcomeOf(done).next.join()).not.toContain('undo')
    const plan = join(at.home(), 'plan.json')
    expect((await at.redeye(`linux service restart good web1 --out ${plan} ${QUICK}`)).code).toBe(0)
    expect((await at.redeye(`apply ${plan} --yes --progress none`)).code).toBe(0)
    await guest('a').run('systemctl stop good')
    const drifted = await at.redeye(`apply ${plan} --yes --progress none`)
    expect(drifted, words(drifted)).toMatchObject({code: 12})
    await guest('a').run('systemctl start good')
  })

  test('refused, with what to do; failed, with the journal', async () => {
    const refused = await at.redeye(`linux service restart good plain1 --yes ${QUICK}`)
    expect(refused, words(refused)).toMatchObject({code: 3})
    expect(words(refused)).toContain('sudo does not let plain run without a password')
    const failed = await at.redeye('linux service restart broken web1 --yes --soak 1s --progress none')
    expect(failed, words(failed)).toMatchObject({code: 6})
    expect(failed.stdout).toMatch(/^ {4}broken.service: Start request repeated too quickly\.$/m)
    await guest('a').run('systemctl reset-failed')
  })

  test('Ctrl-C lets the host end and begins no other; resume does the rest', async () => {
    const first = at.begin('linux service restart slow web --yes --soak 0s')
    await first.says(/start web1: restart/)
    first.child.kill('SIGINT')
    expect((await first.ended).code).toBe(8)
    const [run = ''] = await at.runs()
    const locked = at.begin(`runs resume ${run} --yes`)
    await locked.says(/start web2: restart/)
    const other = await at.redeye('linux reboot web1 --confirm web1 --progress none')
    expect(other, words(other)).toMatchObject({code: 9})
    expect((await locked.ended).code).toBe(0)
    await guest('a').run('systemctl stop slow')
  })
})

describe('linux check and disk', () => {
  test('healthy, not healthy, out of reach', async () => {
    const healthy = await at.redeye('linux check web --json')
    expect(outcomeOf(healthy)).toMatchObject({verdict: 'healthy', exit: 0})
    await guest('a').run('touch /etc/lab/moody; systemctl restart moody || true')
    const failed = await at.redeye('linux check web1 plain1')
    expect(failed, words(failed)).toMatchObject({code: 13})
    expect(words(failed)).toContain('web1/units: failed: moody.service')
    expect(words(failed)).toContain('plain1/sudo')
    await guest('a').run('rm /etc/lab/moody; systemctl restart moody')
    const file = join(at.home(), 'away.yaml')
    await writeFile(file, 'linux: {x: {hosts: [{name: away, ssh: {host: 127.0.0.1, port: 9, jump: []}}]}}\n')
    const away = await at.redeye(`linux check away --inventory ${file}`)
    expect(away, words(away)).toMatchObject({code: 10})
  })

  test('a clock that is wrong', async () => {
    await guest('a').run(
      `printf '%s\\n' '#!/bin/sh' 'exec /bin/date -d "3 seconds" "$@"' >/usr/local/bin/date; chmod +x /usr/local/bin/date`,
    )
    const wrong = await at.redeye('linux check web1')
    expect(words(wrong)).toMatch(/web1\/clock: its clock is (29|30)\d\d ms ahead/)
    await guest('a').run('rm /usr/local/bin/date')
  })

  test('what fills a disk', async () => {
    await guest('a').run('head -c 12M /dev/zero >/var/big')
    const ended = await at.redeye('linux disk web2')
    expect(ended, words(ended)).toMatchObject({code: 0})
    expect(ended.stdout).toMatch(/12 MiB +\/var\/big/)
    const json = JSON.parse((await at.redeye('linux disk web1 --json')).stdout)
    expect(json.files).toContainEqual({path: '/var/big', bytes: 12 * 2 ** 20})
    await guest('a').run('rm /var/big')
  })
})

describe('names', () => {
  test('of the ssh configuration', async () => {
    const env = await sshKnowing('guest-alias')
    const status = await at.redeye('linux service status good guest-alias', {env})
    expect(status, words(status)).toMatchObject({code: 0})
    expect(status.stdout).toMatch(/^guest-alias +active/m)
  })

  test.each([
    ['linux service restart good webb1', 'did you mean web1'],
    ['linux service restart good localhost', 'neither the inventory nor the ssh configuration'],
    ['linux service restart good web web1', 'named twice'],
    ['linux service restart x;reboot web1', 'not the name of a systemd unit'],
    ['linux service restart good web1 --wave 0', '--wave 0'],
    ['linux service restart good web1 --probe nonsense', '--probe nonsense'],
    ['linux reboot nobody', 'nobody'],
    ['linux disk web', 'web is 2 hosts'],
    ['linux disk clean web1 --class logs', '--class logs'],
    ['linux disk clean web1 --need much', '--need much'],
  ])('%s is a usage error', async (command, says) => {
    const ended = await at.redeye(command)
    expect(ended, words(ended)).toMatchObject({code: 2})
    expect(words(ended)).toContain(says)
    expect(await at.runs()).toEqual([])
  })
})
