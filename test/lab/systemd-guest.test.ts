import {execFile} from 'node:child_process'
import {access, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type LabGuest, startGuest} from '../../src/lib/lab/systemd-guest.js'

let dir = ''
let guests: LabGuest[] = []
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rg-'))
  guests = [
    await startGuest({dir: join(dir, 'a'), name: 'a', volume: {mib: 16}}),
    await startGuest({dir: join(dir, 'b'), name: 'b'}),
  ]
}, 300_000)
afterAll(async () => {
  await Promise.all(guests.map((guest) => guest.stop()))
  await rm(dir, {recursive: true, force: true})
})

const boot = async (guest: LabGuest) => (await guest.run('cat /proc/sys/kernel/random/boot_id')).trim()

test('is a systemd of its own: boot id, units, ports and files are not shared', async () => {
  const [a, b] = guests as [LabGuest, LabGuest]
  expect(await boot(a)).not.toBe(await boot(b))
  await a.run('systemctl stop good web; touch /etc/lab/mine')
  expect((await b.run('systemctl is-active good web; test ! -e /etc/lab/mine')).trim()).toBe('active\nactive')
  const ports = async (guest: LabGuest) =>
    (await guest.run("ss -ltnH | sed 's/.*:\\([0-9]*\\) .*/\\1/' | sort -u")).split(/\s+/)
  expect(await ports(a)).not.toContain('8080')
  expect(await ports(b)).toContain('8080')
  await a.run('systemctl start good web')
})

test('keeps its files over a reboot, stays away while it is held, and gets another boot id', async () => {
  const [a] = guests as [LabGuest]
  const before = await boot(a)
  await a.run('touch /root/kept /srv/volume/kept')
  await a.hold()
  await a.run('systemctl reboot').catch(() => '')
  await expect.poll(() => boot(a).catch(() => 'away'), {timeout: 15_000}).toBe('away')
  await a.release()
  await a.ready()
  expect(await boot(a)).not.toBe(before)
  await a.run('test -e /root/kept && test -e /srv/volume/kept')
})

test('leaves nothing behind', async () => {
  const own = await startGuest({dir: join(dir, 'c'), name: 'c', volume: {mib: 16}})
  await own.stop()
  await expect(access(`/proc/${own.pid}`)).rejects.toThrow()
  const {stdout: mounts} = await promisify(execFile)('cat', ['/proc/self/mountinfo'])
  expect(mounts).not.toContain(join(dir, 'c'))
  const {stdout: loops} = await promisify(execFile)('losetup', ['-a'])
  expect(loops).not.toContain(join(dir, 'c'))
  const trees = await Promise.all(
    ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd'].map((tree) => readdir(tree).catch(() => [])),
  )
  expect(trees.flat().filter((one) => one === own.machine)).toEqual([])
})
