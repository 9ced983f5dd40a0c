import {mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {findCommand, install, installPlan} from '../../src/lib/lab/install.js'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(`${tmpdir()}/rl-`)
})
afterEach(() => rm(dir, {recursive: true, force: true}))

const command = (name: string, script = 'exit 0') =>
  writeFile(`${dir}/${name}`, `#!/bin/sh\n${script}\n`, {mode: 0o755})
const nowhere = () => ({path: dir, root: true, daemons: []})

test('finds commands where they are, executable ones only', async () => {
  await command('here')
  await writeFile(`${dir}/plain`, '')
  expect(await findCommand('here', [dir])).toBe(`${dir}/here`)
  expect(await findCommand('plain', [dir])).toBeUndefined()
})

test('nothing is missing', async () => {
  await command('haproxy')
  await command('socat')
  expect(await installPlan('haproxy', nowhere())).toMatchObject({missing: [], argv: []})
  expect(await install('haproxy', nowhere())).toEqual([])
})

test('says what to run, and installs nothing, where it may not', async () => {
  await command('haproxy')
  await command('apt-get', `touch ${dir}/ran`)
  const user = {...nowhere(), root: false}
  expect(await installPlan('haproxy', user)).toMatchObject({
    missing: ['socat'],
    possible: false,
    says: expect.stringContaining('sudo apt-get install --yes --no-install-recommends socat'),
  })
  await expect(install('haproxy', user)).rejects.toThrow('the haproxy lab needs socat; run: sudo apt-get')
  expect(await findCommand('ran', [dir])).toBeUndefined()
})

test('without apt-get it names the packages', async () => {
  await expect(install('ssh', nowhere())).rejects.toThrow('openssh-server, openssh-client')
})

test('runs apt-get as root, and looks afterwards', async () => {
  await symlink('/bin/sh', `${dir}/sh`)
  await command('apt-get', `echo "$@" >> ${dir}/asked`)
  await expect(install('haproxy', nowhere())).rejects.toThrow('haproxy, socat is still missing')
})

test('the vSphere part wants a Go that is new enough, and installs nothing', async () => {
  const says = async () => (await installPlan('vsphere', nowhere())).says
  expect(await says()).toContain('needs Go 1.26 or newer; there is no go in PATH')
  await symlink('/bin/sh', `${dir}/sh`)
  await command('apt-get', `touch ${dir}/ran`)
  await command('go', 'echo go1.22.4')
  expect(await says()).toContain('here is go1.22.4. Debian')
  await expect(install('vsphere', nowhere())).rejects.toThrow('https://go.dev/dl/')
  expect(await findCommand('ran', [dir])).toBeUndefined()
  await command('go', 'echo go1.26.8')
  expect(await installPlan('vsphere', nowhere())).toMatchObject({missing: [], possible: true})
})

test('the fleet part wants a Go that is new enough, and installs nothing', async () => {
  const says = async () => (await installPlan('receivers', nowhere())).says
  expect(await says()).toContain('needs Go 1.26 or newer; there is no go in PATH')
  await symlink('/bin/sh', `${dir}/sh`)
  await command('apt-get', `touch ${dir}/ran`)
  await command('go', 'echo go1.19.8')
  expect(await says()).toContain('here is go1.19.8. Debian')
  await expect(install('receivers', nowhere())).rejects.toThrow('https://go.dev/dl/')
  expect(await findCommand('ran', [dir])).toBeUndefined()
  await command('go', 'echo go1.26.8')
  expect(await installPlan('receivers', nowhere())).toMatchObject({missing: [], possible: true})
  expect((await installPlan('receivers', {...nowhere(), root: false})).missing).toEqual(['root'])
})

test('the AWS part wants a Python that can make virtual environments: being there is not enough', async () => {
  await symlink('/bin/sh', `${dir}/sh`)
  await command('python3', 'exit 1')
  await command('apt-get')
  expect(await installPlan('aws', nowhere())).toMatchObject({missing: ['python3-venv'], possible: true})
  await command('python3')
  expect(await installPlan('aws', nowhere())).toMatchObject({missing: []})
})
