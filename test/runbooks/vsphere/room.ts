import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach} from 'vitest'
import type {VsphereControl} from '../../../src/lib/lab/vsphere-control.js'
import {startVsphereLab, type VsphereLab, type VsphereShape} from '../../../src/lib/lab/vsphere-lab.js'
import type {Place} from './operate.js'

export {once} from '../once.js'

/** A vCenter and a state directory for each test. */
export interface Room {
  lab(): VsphereLab
  control(): VsphereControl
  place(more?: Partial<Place>): Place
  /** VM name to the name of its host. */
  whereabouts(): Promise<Record<string, string>>
  /** VM name to its power state. */
  power(): Promise<Record<string, string>>
  host(name: string): Promise<{moref: string; inMaintenance: boolean; entering: boolean}>
  /** Methods that were called and change something, in order. */
  writes(): Promise<string[]>
}

/** DRS is partially automated unless the test says otherwise: then redeye moves the VMs itself. */
export function room(
  shape: VsphereShape = {},
  drs: 'partiallyAutomated' | 'fullyAutomated' = 'partiallyAutomated',
): Room {
  let lab: VsphereLab | undefined
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(`${tmpdir()}/vs-`)
    lab = await startVsphereLab({...shape, dir: `${dir}/lab`})
    if (!shape.esx) await lab.control.cluster({cluster: 'DC0_C0', drs})
    await lab.control.forget()
  }, 120_000)
  afterEach(async () => {
    await lab?.stop()
    await rm(dir, {recursive: true, force: true})
  }, 60_000)
  const running = () => {
    if (!lab) throw new Error('the lab is not up')
    return lab
  }
  return {
    lab: running,
    control: () => running().control,
    place: (more = {}) => ({
      stateDir: `${dir}/state`,
      url: running().url,
      user: running().user,
      passwordFile: `${running().dir}/password`,
      ca: running().ca,
      ...more,
    }),
    async whereabouts() {
      const {vms, hosts} = await running().control.state()
      const names = new Map(hosts.map(({moref, name}) => [moref, name]))
      return Object.fromEntries(vms.map(({name, host}) => [name, names.get(host) ?? host]))
    },
    async power() {
      const {vms} = await running().control.state()
      return Object.fromEntries(vms.map(({name, power}) => [name, power]))
    },
    async host(name) {
      const found = (await running().control.state()).hosts.find((one) => one.name === name)
      if (!found) throw new Error(`the lab has no host ${name}`)
      return found
    },
    async writes() {
      const calls = await running().control.calls()
      return calls.filter(({write}) => write).map(({method, name}) => `${method} ${name}`)
    },
  }
}

/** The finding of one guard. */
export function found(findings: readonly {id: string; level: string; saw: string}[], id: string) {
  return findings.find((one) => one.id === id)
}
