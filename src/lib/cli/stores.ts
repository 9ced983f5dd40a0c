import {join} from 'node:path'
import type {Json} from '../engine/json.js'
import type {Locks} from '../engine/ports.js'
import {type RunStore, runStore} from '../journal/store.js'
import {type Claims, claims} from '../lock/claims.js'
import {leases} from '../lock/lease.js'
import {type Owner, thisOwner} from '../lock/owner.js'
import {realClock} from './clock.js'
import type {Environment} from './environment.js'

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
    runs: runStore(join(at.stateDir, 'runs'), realClock.now),
    claims: held,
    locks: leases(held, owner, realClock),
    owner,
  }
}

/** Who started a run, for its journal. */
export function ownerJson(owner: Owner, version: string): Json {
  return {...owner, version}
}
