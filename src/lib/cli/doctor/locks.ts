import type {Finding} from '../../engine/runbook.js'
import type {Claim} from '../../lock/claims.js'
import {roughly} from '../../report/duration.js'
import {realClock} from '../clock.js'
import {stores} from '../stores.js'
import {pass, type Question, warn} from './footing.js'

/** A run that holds a lock for longer than this may have been forgotten. */
const LONG_MS = 60 * 60_000

/** What is locked now, and what dead runs have left behind. Leftovers stop nobody. */
export const locks: Question = async ({at}) => {
  const all = await (await stores(at)).claims.all()
  if (all.length === 0) return [pass('none', 'nothing is locked')]
  return all.map(({claim, alive}) => (alive ? held(claim) : left(claim)))
}

function held(claim: Claim): Finding {
  const {run, things} = claim
  const saw = `${whose(claim)} holds ${things.join(', ')} for ${age(claim)}`
  if (realClock.now() - Date.parse(claim.since) < LONG_MS) return pass('held', saw)
  return warn('held', saw, `redeye runs show ${run}\nredeye locks break ${run} --reason "..."`)
}

function left(claim: Claim): Finding {
  const saw = `${whose(claim)} has ended and left its lock on ${claim.things.join(', ')} ${age(claim)} ago; it stops nobody`
  return warn('left', saw, 'redeye locks list  # removes what is dead')
}

function whose({owner, run}: Claim): string {
  return `run ${run} of ${owner.user}@${owner.host} (pid ${owner.pid})`
}

function age({since}: Claim): string {
  return roughly(realClock.now() - Date.parse(since))
}
