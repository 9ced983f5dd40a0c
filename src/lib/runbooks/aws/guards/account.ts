import type {Finding} from '../../../engine/runbook.js'
import {doubt, pass, refuse} from '../../finding.js'
import {lasting} from '../amounts.js'
import type {Facts} from '../facts.js'

type Known = Pick<Facts, 'identity' | 'expectedAccount' | 'takenAtMs'>

export function account({identity, expectedAccount}: Known): Finding {
  const seen = `account ${identity.account} as ${identity.arn}`
  if (expectedAccount === null || expectedAccount === identity.account) return pass('account', seen)
  return refuse(
    'account',
    `the inventory expects account ${expectedAccount}, and the credentials are of ${seen}`,
    'sign in to the other account, or name another --account',
  )
}

/** Keys that end in the middle leave a run part-way. @param worstMs what the plan may take */
export function credentialsLast({identity, takenAtMs}: Known, worstMs: number): Finding {
  const {expiresAtMs, renewable} = identity
  if (expiresAtMs === null) return pass('short-credentials', 'the credentials do not say when they end')
  const leftMs = expiresAtMs - takenAtMs
  const saw = `the credentials end in ${lasting(leftMs)}; the plan may take ${lasting(worstMs)}`
  if (leftMs > worstMs) return pass('short-credentials', saw)
  if (renewable) return pass('short-credentials', `${saw}; their provider gets new ones`)
  return doubt('short-credentials', saw, 'get fresh credentials first')
}
