import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach} from 'vitest'
import {furnishEstate} from '../../src/lib/lab/vsphere-estate.js'
import {startVsphereLab, type VsphereLab} from '../../src/lib/lab/vsphere-lab.js'
import {type Home, homeWith} from './home.js'

/** For each test a vCenter with the estate of `lab up vsphere`, where nothing takes its time. */
export interface VsphereDesk extends Home {
  lab(): VsphereLab
  /** VM name to host name. */
  whereabouts(): Promise<Record<string, string>>
  inMaintenance(host: string): Promise<boolean>
  /** Calls that change something, so far. */
  writes(): Promise<string[]>
}

const QUICK = {
  relocateMs: 100,
  checkMs: 0,
  drsPauseMs: 0,
  enterMs: 50,
  exitMs: 50,
  shutdownMs: 50,
  rebootMs: 500,
}

export function vsphereDesk(): VsphereDesk {
  let lab: VsphereLab | undefined
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(`${tmpdir()}/vd-`)
    lab = await startVsphereLab({dir, clusters: 2, hosts: 4, vms: 12})
    await furnishEstate(lab.control)
    await lab.control.pace(QUICK)
  }, 120_000)
  const running = () => {
    if (!lab) throw new Error('the lab is not up')
    return lab
  }
  const home = homeWith(
    () => running().inventoryFile,
    async () => {},
  )
  afterEach(async () => {
    await lab?.stop()
    await rm(dir, {recursive: true, force: true})
  })
  return {
    ...home,
    lab: running,
    async whereabouts() {
      const {vms, hosts} = await running().control.state()
      const names = new Map(hosts.map(({moref, name}) => [moref, name]))
      return Object.fromEntries(vms.map(({name, host}) => [name, names.get(host) ?? host]))
    },
    async inMaintenance(host) {
      const {hosts} = await running().control.state()
      return hosts.some(({name, inMaintenance}) => name === host && inMaintenance)
    },
    async writes() {
      const calls = await running().control.calls()
      return calls.filter(({write}) => write).map(({method, name}) => `${method} ${name}`)
    },
  }
}
