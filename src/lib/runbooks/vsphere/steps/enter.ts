import {type Probe, type Step, step, type Undo} from '../../../engine/step.js'
import type {HostState, VsphereSystems} from '../../../systems/vsphere/vcenter.js'
import {afterSending} from '../after-sending.js'
import {choose} from '../choose.js'
import {diagnose} from '../diagnose.js'
import {exitMaintenance} from '../exit-maintenance.js'
import type {Facts} from '../facts.js'
import {answered} from '../faults.js'
import {follow} from '../follow.js'
import type {EvacuateInput} from '../input.js'
import {hostAndVms, maintenanceWords} from '../maintenance.js'
import {isMigration} from '../migration.js'
import {cancel} from '../move-vm.js'
import {stallWatch} from '../stall.js'
import {moveStragglers} from '../stragglers.js'

const POLL_MS = 1000
/** Past its own time limit the server's task ends by itself; this much later we stop waiting for that. */
const GRACE_MS = 60_000
/** How often it is looked at whether DRS gets on. */
const HELP_MS = 2000
/** What the probe saw so lately, the change right after it need not look at again. */
const FRESH_MS = 1000
/** VMs looked at one by one before it is called stuck. */
const LOOKED_AT = 20

type Before = {inMaintenance: boolean; entering: boolean}

/** Tells the host to enter maintenance mode and waits until it is in it and nothing runs there. */
export function enterStep(systems: VsphereSystems, asked: EvacuateInput, facts: Facts): Step {
  const {host, cluster} = facts
  const at = {vcenter: asked.vcenter, host: host.ref, rootPool: cluster.rootPool}
  const watch = stallWatch(() => systems.now())
  /** The task that this process follows; after a resume the host itself names it. */
  let key: string | undefined
  let sent = false
  const last = {entering: null as HostState['entering'], atMs: 0}

  const seenNow = async (signal: AbortSignal) => {
    const {state, running} = await hostAndVms(systems, at, signal)
    Object.assign(last, {entering: state.entering, atMs: systems.now()})
    const stalledMs = watch.sinceMs({running: running.length, percent: state.entering?.percent ?? -1})
    return {state, running, stalledMs}
  }

  /** Nothing changed for too long, and nothing is being moved either. */
  const isStuck = async ({running, stalledMs}: Awaited<ReturnType<typeof seenNow>>, signal: AbortSignal) => {
    if (asked.onStuck === 'wait' || stalledMs < asked.stallMs) return false
    const vcenter = await systems.vsphere(asked.vcenter)
    for (const {ref} of running.slice(0, LOOKED_AT)) {
      const {tasks} = await vcenter.vmState(ref, signal)
      if (tasks.some(isMigration)) return false
    }
    return true
  }

  /** @returns why waiting longer cannot help, if so */
  const hopeless = async (
    seen: Awaited<ReturnType<typeof seenNow>>,
    waitedMs: number,
    signal: AbortSignal,
  ) => {
    const {state} = seen
    if (!state.entering && !state.inMaintenance) {
      const vcenter = await systems.vsphere(asked.vcenter)
      const task = key === undefined ? undefined : await vcenter.task(key, signal)
      if (task?.error) return task.error.text || task.error.fault
      return waitedMs > GRACE_MS ? 'it does not enter maintenance mode, and no task says why' : undefined
    }
    if (!(await isStuck(seen, signal))) return undefined
    const reasons = await diagnose(systems, asked, facts, signal)
    const minutes = Math.round(seen.stalledMs / 60_000)
    return `stuck for ${minutes > 0 ? `${minutes} min` : `${Math.round(seen.stalledMs / 1000)} s`}: ${reasons.join('; ') || 'no reason found'}`
  }

  /** When DRS does not get on with it, the rest is moved by us. */
  const helpDrs = async (task: string, signal: AbortSignal) => {
    const nobody = {givenUp: new Map(), staying: new Set<string>()}
    const vcenter = await systems.vsphere(asked.vcenter)
    for (;;) {
      const {kind} = await follow(systems, vcenter, task, HELP_MS, signal)
      if (kind === 'ended') return
      const seen = await seenNow(signal)
      if (await isStuck(seen, signal)) {
        await moveStragglers(systems, {...asked, maintenance: false}, facts, nobody, signal)
        watch.restart()
        return
      }
    }
  }

  return step<Before>({
    id: 'enter-maintenance',
    says: `${host.name}: enter maintenance mode`,
    async probe(signal, _before, waitedMs = 0): Promise<Probe<Before>> {
      const seen = await seenNow(signal)
      const {state, running} = seen
      const before = {inMaintenance: state.inMaintenance, entering: state.entering !== null}
      const saw = maintenanceWords(state, running)
      if (state.inMaintenance && running.length === 0) return {reached: true, saw, before}
      const why = sent ? await hopeless(seen, waitedMs, signal) : undefined
      return why === undefined
        ? {reached: false, saw, before}
        : {reached: false, saw: `${saw}; ${why}`, before, hopeless: true}
    },
    async apply(signal) {
      const vcenter = await systems.vsphere(asked.vcenter)
      const fresh = systems.now() - last.atMs < FRESH_MS
      const {entering} = fresh ? last : await vcenter.hostState(host.ref, signal)
      watch.restart()
      sent = true
      const task = entering?.key ?? (await vcenter.enterMaintenance(host.ref, how(asked, facts), signal))
      key = task
      if (asked.onStuck === 'migrate') await afterSending(() => helpDrs(task, signal))
    },
    patienceMs: asked.timeoutMs + GRACE_MS,
    pollMs: POLL_MS,
    undo: undoOf(systems, asked, facts),
    ...(asked.onStuck === 'cancel' && {onFailure: 'undo' as const}),
  })
}

function how(asked: EvacuateInput, facts: Facts) {
  return {
    timeoutSec: Math.ceil(asked.timeoutMs / 1000),
    // Without DRS nobody would move them, and the task would wait for ever [vSphere API: EnterMaintenanceMode_Task].
    evacuatePoweredOff: choose(asked, facts).mode === 'drs' && asked.poweredOff === 'move',
    ...(asked.vsan && {vsan: asked.vsan}),
  }
}

/** A task that somebody else had started is not ours to cancel. */
function undoOf(systems: VsphereSystems, asked: EvacuateInput, facts: Facts): Undo<Before> {
  const {host} = facts
  if (host.entering)
    return {
      kind: 'leave',
      why: `${host.entering.user || 'somebody else'} had told it to enter before this run`,
    }
  return {
    kind: 'restore',
    says: `${host.name}: leave maintenance mode again`,
    restored: (now) => !now.inMaintenance && !now.entering,
    async run(_before, signal) {
      const vcenter = await systems.vsphere(asked.vcenter)
      const {entering} = await vcenter.hostState(host.ref, signal)
      if (entering && entering.user !== facts.user)
        throw answered(`${entering.user} has told ${host.name} to enter since: left alone`)
      if (entering) await cancel(vcenter, entering.key, signal)
      await exitMaintenance(systems, asked.vcenter, host.ref, signal)
    },
  }
}
