import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterAll, afterEach, beforeAll} from 'vitest'
import {startVsphereLab, type VsphereLab, type VsphereShape} from '../../../src/lib/lab/vsphere-lab.js'
import type {Observed} from '../../../src/lib/systems/vsphere/exchange.js'
import {type OpenOptions, openVcenter} from '../../../src/lib/systems/vsphere/open.js'
import type {VsphereTarget} from '../../../src/lib/systems/vsphere/target.js'
import type {Vcenter} from '../../../src/lib/systems/vsphere/vcenter.js'

/** A vCenter for the whole test file; faults are cleared after each test. Call the result inside tests. */
export function runningVsphere(shape: VsphereShape = {}): () => VsphereLab {
  let lab: VsphereLab | undefined
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(`${tmpdir()}/vl-`)
    lab = await startVsphereLab({...shape, dir})
  }, 600_000)
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()))
    await lab?.control.clearFaults()
  })
  afterAll(async () => {
    await lab?.stop()
    await rm(dir, {recursive: true, force: true})
  })
  return () => {
    if (!lab) throw new Error('the lab is not up')
    return lab
  }
}

const opened: {close(): Promise<void>}[] = []

export interface Watched {
  vc: Vcenter
  /** Every request that has ended. */
  calls: Observed[]
  /** How often a method was called. */
  count(method: string): number
}

/** Closed after the test. */
export function vcenterOf(
  lab: Pick<VsphereLab, 'url' | 'user' | 'password' | 'ca'>,
  target: Partial<VsphereTarget> = {},
  options: OpenOptions = {},
): Watched {
  const calls: Observed[] = []
  const vc = openVcenter(
    {
      name: 'dc',
      url: lab.url,
      user: lab.user,
      password: async () => lab.password,
      tls: {ca: [lab.ca]},
      ...target,
    },
    {...options, observe: (call) => calls.push(call)},
  )
  opened.push(vc)
  return {vc, calls, count: (method) => calls.filter((one) => one.method === method).length}
}

/** The reference of the host or VM with this name. */
export async function refOf(lab: VsphereLab, name: string): Promise<string> {
  const {hosts, vms} = await lab.control.state()
  const found = [...hosts, ...vms].find((one) => one.name === name)
  if (!found) throw new Error(`the lab has no ${name}`)
  return found.moref
}
