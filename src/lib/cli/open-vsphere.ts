import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import type {Inventory} from '../inventory/schema.js'
import type {Observed} from '../systems/vsphere/exchange.js'
import type {Vcenter} from '../systems/vsphere/vcenter.js'
import type {Environment} from './environment.js'
import {GOVC, govcTarget} from './govc-env.js'
import {secrets, secretValue} from './secrets.js'

/**
 * One vCenter or ESXi host from the inventory; nothing is connected yet.
 * @param directory of the inventory: secrets and the CA file are relative to it
 */
export async function openVsphere(
  name: string,
  {password, ca, url, user, ...trust}: Inventory['vsphere'][string],
  directory: string,
  at: Environment,
  observe: (call: Observed) => void,
): Promise<Vcenter> {
  const {openVcenter} = await import('../systems/vsphere/open.js')
  const path = (file: string) =>
    file.startsWith('~/') ? resolve(at.home, file.slice(2)) : resolve(directory, file)
  return openVcenter(
    {
      name,
      url,
      user,
      password: () => secretValue(password, directory, at),
      tls: {...trust, ...(ca !== undefined && {ca: [path(ca)]})},
    },
    {observe},
  )
}

/** What the environment describes. @throws UsageError */
export async function openGovc(at: Environment, observe: (call: Observed) => void): Promise<Vcenter> {
  const {openVcenter} = await import('../systems/vsphere/open.js')
  const {password, ca, thumbprint, insecure, ...named} = govcTarget(at.env, (path) =>
    textOf(resolve(at.cwd, path)),
  )
  secrets.add(password)
  return openVcenter(
    {
      name: GOVC,
      ...named,
      password: async () => password,
      tls: {
        insecure,
        ...(ca.length > 0 && {ca: ca.map((file) => resolve(at.cwd, file))}),
        ...(thumbprint !== undefined && {thumbprint}),
      },
    },
    {observe},
  )
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
