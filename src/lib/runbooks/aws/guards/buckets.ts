import type {Finding} from '../../../engine/runbook.js'
import {doubt, few, pass, refuse, warn} from '../../finding.js'
import type {BucketFacts} from '../bucket-facts.js'
import {excepts, lockedPolicy, MOST_BYTES, servicesIn} from '../lockdown-policy.js'

export function noWebsite({bucket}: BucketFacts): Finding {
  if (!bucket.website) return pass('website', 'it hosts no website')
  return doubt('website', 'it hosts a website, which ends', 'serve it otherwise first')
}

/** @param except empty: nothing is denied to anybody */
export function ownRole(except: readonly string[], {identity}: BucketFacts): Finding {
  const id = 'own-role'
  if (except.length === 0) return pass(id, 'no role is denied anything')
  if (excepts(except, identity.arn)) return pass(id, `${identity.arn} keeps its access`)
  return refuse(
    id,
    `--deny-except has not the caller's own role (${identity.arn}): only root could undo it`,
    'add your role: --deny-except arn:aws:iam::ACCOUNT:role/NAME, with its path or a * for it',
  )
}

export function noServices(except: readonly string[], {bucket}: BucketFacts): Finding {
  const id = 'service-principals'
  const services = except.length === 0 ? [] : servicesIn(bucket.policy)
  if (services.length === 0) return pass(id, 'no service is shut out')
  return doubt(id, `these services would be shut out: ${few(services)}`, 'leave --deny-except out')
}

export function policyFits(except: string[], mark: string, {bucket}: BucketFacts): Finding {
  const id = 'policy-size'
  if (except.length === 0) return pass(id, 'the policy stays as it is')
  const bytes = Buffer.byteLength(lockedPolicy(bucket.policy, bucket.name, except, mark))
  const saw = `the policy would have ${bytes} bytes of ${MOST_BYTES}`
  return bytes <= MOST_BYTES ? pass(id, saw) : refuse(id, saw, 'name fewer roles')
}

export function whatSurvives(except: readonly string[]): Finding {
  if (except.length > 0) return pass('survives', 'presigned URLs of others and other accounts are shut out')
  return warn('survives', 'presigned URLs and grants to other accounts still work', 'use --deny-except')
}
