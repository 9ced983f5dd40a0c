import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach} from 'vitest'
import type {AnyRunbook} from '../../../src/lib/engine/runbook.js'
import {LAB_SUBSCRIPTION, type LabVm} from '../../../src/lib/lab/azure-estate.js'
import type {RecoverInput} from '../../../src/lib/runbooks/azure/input.js'
import {type RunningAzure, runningAzure} from '../../lab/running-azure.js'
import {type Driving, drive, type Operated, runsOf} from '../drive.js'

export interface Operating {
  azure(): RunningAzure
  run(runbook: AnyRunbook, input: object, how?: Driving): Promise<Operated>
  /** A VM of the lab, as it is. */
  vm(name?: string): Promise<LabVm>
  /** The journal of a run, entry by entry. */
  entries(run: string): Promise<Awaited<ReturnType<ReturnType<typeof runsOf>['read']>>>
  /** Requests of a method to paths that match, since the test began. */
  sent(method: string, path: RegExp): Promise<number>
}

/** A subscription, and a state directory for each test. */
export function operating(): Operating {
  const azure = runningAzure()
  let stateDir = ''
  beforeEach(async () => {
    stateDir = await mkdtemp(`${tmpdir()}/rs-`)
  })
  afterEach(async () => await rm(stateDir, {recursive: true, force: true}))
  return {
    azure,
    run: (runbook, input, how = {}) => drive({stateDir, user: 'ana'}, runbook, azure().systems(), input, how),
    async vm(name = 'web-1') {
      const found = (await azure().lab.control.state()).vms.find((one) => one.name === name)
      if (!found) throw new Error(`the lab has no VM ${name}`)
      return found
    },
    entries: (run) => runsOf({stateDir}).read(run),
    async sent(method, path) {
      const seen = await azure().lab.control.seen()
      return seen.filter((one) => one.method === method && path.test(one.path)).length
    },
  }
}

export const PATIENCE = {
  operationMs: 20_000,
  agentMs: 1000,
  busyMs: 20_000,
  busyEveryMs: 100,
  logMs: 500,
  settleMs: 100,
}

export function vmInput(more: Partial<RecoverInput> = {}): RecoverInput {
  return {
    target: 'lab',
    subscription: LAB_SUBSCRIPTION,
    group: 'rg-web',
    vm: 'web-1',
    method: 'restart',
    proof: 'auto',
    agent: true,
    capacityMs: 20_000,
    capacityEveryMs: 100,
    ...PATIENCE,
    ...more,
  }
}
