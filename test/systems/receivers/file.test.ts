import {createHash} from 'node:crypto'
import {chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile} from 'node:fs/promises'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {Link} from '../../../src/lib/remote/fleet/fleet-pool.js'
import {lookAtFile, type NewFile, pushFile, putFileBack} from '../../../src/lib/systems/receivers/file.js'
import {Room, shared, sshdHost} from '../../remote/fleet/room.js'

/** The scripts themselves, by a real shell behind a real sshd. */
let room: Room
let link: Link
let dir = ''
let number = 0

beforeAll(async () => {
  room = await Room.make()
  const sshd = await room.sshd('sshd')
  const {host, keys} = sshdHost(sshd)
  link = room.pool(sshd.user, sshd.clientKeyFile, keys).link(host)
  room.onEnd(() => link.close())
})
afterAll(() => room.end())
beforeEach(async () => {
  // What a name may have in it, short of a line break.
  dir = `${room.dir}/it's $(touch x) "${++number}"`
  await mkdir(dir)
})

const asking = {signal: new AbortController().signal, connectTimeoutMs: 10_000, timeoutMs: 10_000}
const content = shared(Buffer.from('new\n'))
const sha256 = createHash('sha256').update('new\n').digest('hex')
const target = (more: Partial<NewFile> = {}): NewFile => ({
  path: `${dir}/a.conf`,
  kept: `${dir}/.a.conf.redeye-1`,
  sha256,
  mode: '',
  owner: '',
  ...more,
})

test('a new file is there whole, with mode 644, and put back it is gone', async () => {
  const file = target()
  expect(await lookAtFile(link, file, asking)).toMatchObject({kind: 'absent', kept: false})
  expect(await pushFile(link, file, content, asking)).toEqual({code: 0, stderr: ''})
  expect(await readFile(file.path, 'utf8')).toBe('new\n')
  expect(await lookAtFile(link, file, asking)).toMatchObject({kind: 'file', sha256, mode: '644', kept: false})
  expect(await readdir(dir)).toEqual(['a.conf'])
  expect(await putFileBack(link, file, false, asking)).toMatchObject({code: 0})
  expect(await readdir(dir)).toEqual([])
})

test('an old one lends its mode and owner, is kept, and comes back as it was', async () => {
  const file = target()
  await writeFile(file.path, 'old\n')
  await chmod(file.path, 0o640)
  await chown(file.path, 12, 34)
  expect(await pushFile(link, file, content, asking)).toMatchObject({code: 0})
  expect(await stat(file.path)).toMatchObject({uid: 12, gid: 34})
  expect(await lookAtFile(link, file, asking)).toMatchObject({sha256, mode: '640', kept: true})
  expect(await readFile(file.kept, 'utf8')).toBe('old\n')
  // Pushed once more, the kept one is still the old one.
  expect(await pushFile(link, file, content, asking)).toMatchObject({code: 0})
  expect(await readFile(file.kept, 'utf8')).toBe('old\n')
  expect(await putFileBack(link, file, true, asking)).toMatchObject({code: 0})
  expect(await readFile(file.path, 'utf8')).toBe('old\n')
  expect(await stat(file.path)).toMatchObject({uid: 12, gid: 34, mode: 0o100640})
  expect(await readdir(dir)).toEqual(['a.conf'])
})

test('mode and owner are as they were asked for', async () => {
  const file = target({mode: '600', owner: 'daemon:adm'})
  expect(await pushFile(link, file, content, asking)).toMatchObject({code: 0})
  expect(await lookAtFile(link, file, asking)).toMatchObject({mode: '600', owner: 'daemon:adm'})
})

test('content that did not arrive whole changes nothing', async () => {
  const file = target()
  await writeFile(file.path, 'old\n')
  const answer = await pushFile(link, file, shared(Buffer.from('ne')), asking)
  expect(answer).toEqual({code: 3, stderr: 'the content did not arrive whole'})
  expect(await readdir(dir)).toEqual(['a.conf'])
  expect(await readFile(file.path, 'utf8')).toBe('old\n')
})

test('what somebody has changed since is not put back, and neither is what was not kept', async () => {
  const file = target()
  await writeFile(file.path, 'old\n')
  await pushFile(link, file, content, asking)
  await writeFile(file.path, 'theirs\n')
  expect(await putFileBack(link, file, true, asking)).toMatchObject({
    code: 4,
    stderr: 'somebody has changed it since',
  })
  expect(await readFile(file.path, 'utf8')).toBe('theirs\n')
  await writeFile(file.path, 'new\n')
  const nothingKept = {...file, kept: `${dir}/.elsewhere`}
  expect(await putFileBack(link, nothingKept, true, asking)).toMatchObject({code: 5})
  expect(await readFile(file.path, 'utf8')).toBe('new\n')
})

test('a link, a directory and a missing directory are told apart, and a link is not followed', async () => {
  const victim = `${dir}/victim`
  await writeFile(victim, 'mine\n')
  await symlink(victim, `${dir}/a.conf`)
  expect(await lookAtFile(link, target(), asking)).toMatchObject({kind: 'link'})
  // Somebody who may write there laid a link where the new one is written.
  await symlink(victim, `${dir}/b.conf.redeye-new`)
  expect(await pushFile(link, target({path: `${dir}/b.conf`}), content, asking)).toMatchObject({code: 0})
  expect(await readFile(victim, 'utf8')).toBe('mine\n')
  await mkdir(`${dir}/c`)
  expect(await lookAtFile(link, target({path: `${dir}/c`}), asking)).toMatchObject({kind: 'other'})
  expect(await lookAtFile(link, target({path: `${dir}/d/e`}), asking)).toMatchObject({kind: 'no-directory'})
})
