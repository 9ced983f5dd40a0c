import {RemoteError} from '../../remote/fault.js'
import type {Follower} from './follow.js'
import type {CheckResult} from './kinds-task.js'
import type {Session} from './session.js'
import {bool, entity, list, struct, text} from './shape.js'
import {kebab, taskError} from './soap-fault.js'
import {element, type Ref, refElement, type Tree} from './tree.js'
import type {Incompatible, VcenterReader} from './vcenter.js'

/** Of one `QueryVMotionCompatibilityEx_Task`. */
const VMS_AT_ONCE = 50
/** For a check, which moves nothing. */
const CHECK_MS = 120_000

/** One `HasPrivilegeOnEntities` for all. What it says nothing of counts as lacking. */
export async function lacking(
  session: Session,
  wanted: Parameters<VcenterReader['lacking']>[0],
  signal: AbortSignal,
): ReturnType<VcenterReader['lacking']> {
  const {authorizationManager: self} = await session.content(signal)
  if (wanted.length === 0) return []
  if (!self)
    return wanted.flatMap(({entity: on, privileges}) =>
      privileges.map((privilege) => ({entity: on, privilege})),
    )
  const {key} = await session.user(signal)
  const entities = new Map(wanted.map(({entity: on}) => [on.ref, on]))
  const privileges = new Set(wanted.flatMap((one) => one.privileges))
  const said = await session.call(
    {
      self,
      method: 'HasPrivilegeOnEntities',
      args: [
        ...[...entities.values()].map((one) => refElement('entity', one)),
        element('sessionId', key),
        ...[...privileges].map((one) => element('privId', one)),
      ],
      returns: list(struct({entity, privAvailability: list(struct({privId: text, isGranted: bool}))})),
    },
    signal,
  )
  const granted = new Set(
    (said ?? []).flatMap(({entity: on, privAvailability}) =>
      privAvailability.filter(({isGranted}) => isGranted).map(({privId}) => `${on?.ref} ${privId}`),
    ),
  )
  return wanted.flatMap(({entity: on, privileges: own}) =>
    own.filter((one) => !granted.has(`${on.ref} ${one}`)).map((privilege) => ({entity: on, privilege})),
  )
}

/** @returns undefined when the server has no such check */
export async function compatibility(
  session: Session,
  follower: Follower,
  vms: readonly string[],
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<Incompatible[] | undefined> {
  const {vmProvisioningChecker: self} = await session.content(signal)
  if (!self) return undefined
  const chunks = Array.from({length: Math.ceil(vms.length / VMS_AT_ONCE)}, (_, at) =>
    vms.slice(at * VMS_AT_ONCE, (at + 1) * VMS_AT_ONCE),
  )
  const found: Incompatible[] = []
  for (const chunk of chunks) {
    const args = [
      ...chunk.map((ref) => refElement('vm', {type: 'VirtualMachine', ref})),
      ...hosts.map((ref) => refElement('host', {type: 'HostSystem', ref})),
    ]
    try {
      const results = await check(session, follower, self, 'QueryVMotionCompatibilityEx_Task', args, signal)
      found.push(...results.flatMap((one) => incompatible(one)))
    } catch (error) {
      if (error instanceof RemoteError && ABSENT.has(error.class ?? '')) return undefined
      throw error
    }
  }
  return found
}

const ABSENT = new Set(['method-not-found', 'not-supported', 'not-implemented'])

function incompatible({vm, host, error}: CheckResult): Incompatible[] {
  if (!vm || !host || error.length === 0) return []
  return [{vm: vm.ref, host: host.ref, texts: error.map((one) => taskError(one).text)}]
}

export async function checkRelocate(
  session: Session,
  follower: Follower,
  vm: string,
  host: string,
  signal: AbortSignal,
): ReturnType<VcenterReader['checkRelocate']> {
  const {vmProvisioningChecker: self} = await session.content(signal)
  if (!self) throw notOffered(session.where)
  const args = [
    refElement('vm', {type: 'VirtualMachine', ref: vm}),
    element('spec', [refElement('host', {type: 'HostSystem', ref: host})]),
  ]
  const results = await check(session, follower, self, 'CheckRelocate_Task', args, signal)
  return {
    errors: results.flatMap(({error}) => error.map(taskError)),
    warnings: results.flatMap(({warning}) => warning.map(taskError)),
  }
}

/** Starts a check and waits for what it says. */
async function check(
  session: Session,
  follower: Follower,
  self: Ref,
  method: string,
  args: Tree[],
  signal: AbortSignal,
): Promise<CheckResult[]> {
  const task = await session.call({self, method, args, returns: entity}, signal)
  const ended = task && (await follower.results(task.ref, CHECK_MS, signal))
  if (ended?.state.state === 'success') return ended.results
  const why = ended?.state.error
  throw new RemoteError('answered', `${session.where}: ${method}: ${why?.text ?? 'it did not end in time'}`, {
    class: why ? kebab(why.fault) : 'check-unfinished',
  })
}

function notOffered(where: string): RemoteError {
  return new RemoteError('answered', `${where} offers no check of moves: it is a host by itself`, {
    class: 'not-supported',
  })
}
