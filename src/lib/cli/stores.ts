import {join} from 'node:path'
import type {Json} from '../engine/json.js'
import type {Journal, Locks} from '../engine/ports.js'
import {type RunStore, runStore} from '../journal/store.js'
import {type Claims, claims} from '../lock/claims.js'
import {leases} from '../lock/lease.js'
import {type Owner, thisOwner} from '../lock/owner.js'
import {realClock} from './clock.js'
import type {Environment} from './environment.js'
import {secrets} from './secrets.js'

/** What is kept in the state directory. */
export interface Stores {
  runs: RunStore
  claims: Claims
  locks: Locks
  owner: Owner
}

export async function stores(at: Environment): Promise<Stores> {
  const owner = await thisOwner(at.user, at.host, at.pid)
  const held = claims(join(at.stateDir, 'locks'), owner, realClock.now)
  return {
    runs: withoutSecrets(runStore(join(at.stateDir, 'runs'), realClock.now)),
    claims: held,
    locks: leases(held, owner, realClock),
    owner,
  }
}

function withoutSecrets(store: RunStore): RunStore {
  const guarded = ({append, close}: Journal): Journal => ({
    append: (entry) => append(secrets.redactAll(entry)),
    close,
  })
  return {
    ...store,
    create: async (run, plan) => guarded(await store.create(run, secrets.redactAll(plan))),
    reopen: async (run) => guarded(await store.reopen(run)),
  }
}

/** Who started a run, for its journal. */
export function ownerJson(owner: Owner, version: string): Json {
  return {...owner, version}
}
