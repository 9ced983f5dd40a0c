import {checkRelocate, compatibility, lacking} from './checks.js'
import type {Observed, Wire} from './exchange.js'
import {openFollower} from './follow.js'
import {VM_STATE} from './kinds-vm.js'
import {lately} from './lately.js'
import {readEstate, readSurroundings} from './read-estate.js'
import {findHosts} from './read-hosts.js'
import {readClock, readHealth, readHostState, readTask, readVmStates, readWhereabouts} from './read-states.js'
import {secureDial} from './secure-dial.js'
import {openSession} from './session.js'
import {notThere, type SweepLimits} from './sweep.js'
import {addressOf, type VsphereTarget} from './target.js'
import {together} from './together.js'
import {LIMITS, type Limits, openTransport} from './transport.js'
import type {Incompatible, Vcenter} from './vcenter.js'
import {vcenterWriter} from './writes.js'

export interface OpenOptions {
  /** Milliseconds, of a clock that never goes back. */
  now?: () => number
  /** Told of every request when it has ended. */
  observe?: (call: Observed) => void
  limits?: Partial<Limits> & SweepLimits
}

/** What the server found of a move is taken to hold for so long. */
const KEPT_MS = 60_000

/** Rights may be given while somebody waits for them. */
const SOON_MS = 5000

/** Opens nothing before it is asked. */
export function openVcenter(target: VsphereTarget, options: OpenOptions = {}): Vcenter {
  const {now = () => performance.now(), observe = () => {}} = options
  const limits = {...LIMITS, ...options.limits}
  const address = addressOf(target.url)
  const transport = openTransport(address, secureDial(target, address, limits.connectMs), limits)
  const wire: Wire = {where: `${target.name} (${address.where})`, path: address.path, transport, observe}
  const session = openSession(wire, target, now)
  const life = new AbortController()
  const follower = openFollower(session, life.signal)
  const states = (vms: string[], signal: AbortSignal) => readVmStates(session, vms, signal)
  const vmState = together(states, life.signal, session.where)

  const matrices = lately<Incompatible[] | undefined>(KEPT_MS, now)
  const offsets = lately<number>(KEPT_MS, now)
  const rights = lately<Awaited<ReturnType<Vcenter['lacking']>>>(SOON_MS, now)
  const pairs = lately<Awaited<ReturnType<Vcenter['checkRelocate']>>>(KEPT_MS, now)

  return {
    about: (signal) => session.about(signal),
    session: (signal) => session.user(signal),
    clock: async (signal) =>
      now() + (await offsets('', async () => (await readClock(session, signal)) - now())),
    findHosts: (name, signal) => findHosts(session, name, signal),
    surroundings: (host, signal) => readSurroundings(session, host, signal, limits),
    estate: (cluster, signal) => readEstate(session, cluster, signal, limits),
    whereabouts: (rootPool, signal) => readWhereabouts(session, rootPool, signal),
    async vmState(vm, signal) {
      const state = await vmState(vm, signal)
      if (state) return state
      throw notThere(session.where, VM_STATE, vm)
    },
    hostState: (host, signal) => readHostState(session, host, signal),
    task: (key, signal) => readTask(session, key, signal),
    follow: (key, forMs, signal) => follower.follow(key, forMs, signal),
    lacking: (wanted, signal) => rights(JSON.stringify(wanted), () => lacking(session, wanted, signal)),
    compatibility: (vms, hosts, signal) =>
      matrices([...vms, '/', ...hosts].join(' '), () => compatibility(session, follower, vms, hosts, signal)),
    checkRelocate: (vm, host, signal) =>
      pairs(`${vm} ${host}`, () => checkRelocate(session, follower, vm, host, signal)),
    health: (host, signal) => readHealth(session, host, signal),
    ...vcenterWriter(session),
    async close() {
      life.abort()
      await session.end()
      transport.close()
    },
  }
}
