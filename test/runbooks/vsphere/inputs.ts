import type {EvacuateInput, RebootInput, RestoreInput} from '../../../src/lib/runbooks/vsphere/input.js'

/** The input of an evacuation as the command makes it, with its defaults. */
export function evacuateOf(host: string, more: Partial<EvacuateInput> = {}): EvacuateInput {
  return {
    vcenter: 'dc',
    host,
    parallel: null,
    vmTimeoutMs: 60_000,
    memHeadroom: 10,
    cpuHeadroom: 10,
    ignoreRules: [],
    priority: 'high',
    targets: [],
    exclude: [],
    poweredOff: 'leave',
    maintenance: true,
    skip: [],
    stop: {},
    standalone: null,
    shutdownTimeoutMs: 10_000,
    // biome-ignore lint/suspicious/noThenProperty: the flag is called so, and nobody awaits the input
    then: 'fail',
    disconnectMedia: false,
    vsan: null,
    timeoutMs: 60_000,
    stallMs: 20_000,
    onStuck: 'ask',
    onVmFailure: 'continue',
    rollbackMoves: false,
    endpoint: '',
    machineUuid: '',
    ...more,
  }
}

/** What `redeye vsphere host restore` asks for; without a run it is `exit-maintenance`. */
export function restoreOf(host: string, more: Partial<RestoreInput> = {}): RestoreInput {
  return {
    vcenter: 'dc',
    host,
    parallel: null,
    vmTimeoutMs: 60_000,
    memHeadroom: 10,
    cpuHeadroom: 10,
    ignoreRules: [],
    priority: 'high',
    run: null,
    entered: false,
    moved: [],
    stopped: [],
    moveBack: false,
    powerOn: true,
    undoExit: false,
    settleMs: 200,
    ...more,
  }
}

export function rebootOf(host: string, more: Partial<RebootInput> = {}): RebootInput {
  return {vcenter: 'dc', host, waitMs: 30_000, exitAfter: false, settleMs: 200, ...more}
}
