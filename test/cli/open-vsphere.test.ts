import {writeFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import type {Environment} from '../../src/lib/cli/environment.js'
import {chooseTarget} from '../../src/lib/cli/inventory.js'
import {openSystems} from '../../src/lib/cli/systems.js'
import {calm} from '../lab/running-lab.js'
import {runningVsphere} from '../systems/vsphere/running.js'

const lab = runningVsphere({hosts: 1, vms: 1})

/** Nobody has an inventory there, or in the configuration. */
const at = (env: Record<string, string>): Environment => ({
  env,
  cwd: `${lab().dir}/tls`,
  home: '/nowhere',
  user: 'u',
  uid: undefined,
  host: 'h',
  pid: 1,
  stateDir: '/nowhere',
  configHome: '/nowhere',
  interactive: false,
})

test('a target of the inventory is signed in to with its reference to a password', async () => {
  const methods: string[] = []
  const systems = openSystems(lab().inventoryFile, at({}), {overrides: []}, ({method}) =>
    methods.push(method),
  )
  const vc = await systems.vsphere('dc')
  expect(await systems.vsphere('dc')).toBe(vc)
  expect(await vc.session(calm)).toMatchObject({user: lab().user})
  await expect(systems.vsphere('other')).rejects.toThrow('has no vsphere target other')
  await systems.close()
  expect(methods.at(-1)).toBe('Logout')
})

test('without vsphere targets the environment describes one; with them it does not count', async () => {
  const {url, user, thumbprint, inventoryFile, dir, password} = lab()
  await writeFile(`${dir}/known`, `${new URL(url).host} ${thumbprint.sha1}\n`)
  await writeFile(`${dir}/govc-password`, `${password}\n`)
  const env = {
    GOVC_URL: `https://${encodeURIComponent(user)}@${new URL(url).host}`,
    GOVC_PASSWORD: `${dir}/govc-password`,
    GOVC_TLS_KNOWN_HOSTS: `${dir}/known`,
  }
  expect(await chooseTarget('vsphere', undefined, undefined, at(env))).toBe('govc')
  const systems = openSystems(undefined, at(env))
  expect(await (await systems.vsphere('govc')).session(calm)).toMatchObject({user})
  await systems.close()

  await writeFile(`${dir}/other.yaml`, 'redis: {small: {seeds: ["10.0.0.1:6379"]}}\n')
  expect(await chooseTarget('vsphere', 'govc', `${dir}/other.yaml`, at(env))).toBe('govc')
  expect(await chooseTarget('vsphere', undefined, inventoryFile, at(env))).toBe('dc')
  await expect(chooseTarget('vsphere', 'govc', inventoryFile, at(env))).rejects.toThrow(
    'no vsphere target govc',
  )
  await writeFile(`${dir}/broken.yaml`, 'vsphere: {dc: {}}\n')
  await expect(chooseTarget('vsphere', undefined, `${dir}/broken.yaml`, at(env))).rejects.toThrow('url')
  await expect(chooseTarget('vsphere', undefined, undefined, at({}))).rejects.toThrow('no inventory found')
})
