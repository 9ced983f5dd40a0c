import {randomBytes} from 'node:crypto'
import type {Clock} from '../engine/clock.js'
import {type Held, type Lease, Locked, type Locks} from '../engine/ports.js'
import type {Claim, Claims} from './claims.js'
import type {Owner} from './owner.js'

/** A lease that is not renewed for this long is over. */
const LEASE_MS = 60_000
const HEARTBEAT_MS = 10_000
const RETRY_MS = 50

/**
 * Leases on things, over claims in a directory. To take one: announce the claim, then look at all the others. Two
 * that announce at once both see each other; the one with the smaller id stays, so one of them always wins and no
 * claim of a dead process needs to be taken over, it is simply not counted.
 */
export function leases(claims: Claims, here: Owner, clock: Clock): Locks {
  return {
    async take(run, things, waitMs, signal, waiting) {
      const until = clock.now() + waitMs
      const claim = newClaim(run, things, here, clock)
      for (;;) {
        const held = await tryToTake(claim, claims, clock)
        if (held.length === 0) return lease(claim, claims, clock)
        const leftMs = until - clock.now()
        if (leftMs <= 0 || signal.aborted) throw new Locked(held)
        waiting?.(held, leftMs)
        await clock.sleep(Math.min(1000, leftMs), signal)
      }
    },
    async holders(things) {
      return (await claims.live()).flatMap((other) => overlap(other, things))
    },
  }
}

function newClaim(run: string, things: string[], owner: Owner, clock: Clock): Claim {
  const now = clock.now()
  const id = randomBytes(8).toString('hex')
  return {
    id,
    run,
    owner,
    things,
    state: 'wanted',
    since: new Date(now).toISOString(),
    expires: now + LEASE_MS,
  }
}

/** @returns what is in the way; empty when the claim is now held */
async function tryToTake(claim: Claim, claims: Claims, clock: Clock): Promise<Held[]> {
  await claims.write({...claim, expires: clock.now() + LEASE_MS})
  for (;;) {
    const others = (await claims.live()).filter(
      (other) => !sameHolder(other, claim) && overlap(other, claim.things).length > 0,
    )
    const inTheWay = others.filter((other) => other.state === 'held' || other.id < claim.id)
    if (others.length === 0) {
      await claims.write({...claim, state: 'held', expires: clock.now() + LEASE_MS})
      return []
    }
    if (inTheWay.length > 0) {
      await claims.remove(claim.id)
      return inTheWay.flatMap((other) => overlap(other, claim.things))
    }
    // Only larger ids, which were announced at the same moment: they see this one and give way, or hold by now.
    await clock.sleep(RETRY_MS)
  }
}

function lease(claim: Claim, claims: Claims, clock: Clock): Lease {
  const lost = new AbortController()
  const held: Claim = {...claim, state: 'held'}
  const beat = setInterval(() => void renew(), HEARTBEAT_MS)
  beat.unref()

  async function renew(): Promise<void> {
    const taken = await claims.broken(held.id)
    const expired = held.expires < clock.now()
    // After a long sleep of the machine somebody else may hold the thing.
    if (taken !== undefined || expired || !(await claims.exists(held.id))) {
      clearInterval(beat)
      lost.abort(taken ?? 'it was not renewed in time')
      return
    }
    held.expires = clock.now() + LEASE_MS
    await claims.write(held)
  }

  return {
    lost: lost.signal,
    async extend(things) {
      const more = things.filter((thing) => !held.things.includes(thing))
      if (more.length === 0) return
      const wanted = {...newClaim(held.run, more, held.owner, clock), since: held.since}
      const inTheWay = await tryToTake(wanted, claims, clock)
      if (inTheWay.length > 0) throw new Locked(inTheWay)
      held.things = [...held.things, ...more]
      await claims.write(held)
      await claims.remove(wanted.id)
    },
    async release() {
      clearInterval(beat)
      if (!lost.signal.aborted) await claims.remove(held.id)
    },
  }
}

/** A run does not stand in its own way; the same run taken up by two processes does. */
function sameHolder(one: Claim, other: Claim): boolean {
  return one.run === other.run && one.owner.pid === other.owner.pid && one.owner.host === other.owner.host
}

/** A thing covers what is below it: `haproxy/web-lb` and `haproxy/web-lb/app` overlap. */
export function covers(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
}

function overlap(claim: Claim, things: readonly string[]): Held[] {
  return claim.things
    .filter((thing) => things.some((wanted) => covers(thing, wanted)))
    .map((thing) => ({
      thing,
      run: claim.run,
      owner: `${claim.owner.user}@${claim.owner.host}`,
      pid: claim.owner.pid,
      since: claim.since,
    }))
}
