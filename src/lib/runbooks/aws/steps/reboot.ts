import {type Step, step} from '../../../engine/step.js'
import type {AwsSystems} from '../../../systems/aws/account.js'
import {paced} from '../amounts.js'
import type {Facts} from '../facts.js'
import type {RecoverInput} from '../input.js'
import {at} from './at.js'

type Before = {check: string; post: string; postedAt: string | null}

const PROVEN_MS = 10 * 60_000

/**
 * Reboots it. EC2 says nothing of a reboot: state and LaunchTime stay. So one of two signs has to be seen, a check that
 * begins anew, or another console post than before; without either nobody knows, and it is not sent twice.
 */
export function rebootStep(systems: AwsSystems, asked: RecoverInput, {instance}: Facts): Step {
  const {aws, id, name} = at(systems, asked.account, instance)
  return step<Before>({
    id: 'reboot',
    says: `${name}: reboot`,
    async probe(signal, before) {
      const account = await aws()
      const [checks, post] = await Promise.all([account.checks(id, signal), account.consolePost(id, signal)])
      const seen = {check: checks.instance, post: post.digest, postedAt: post.at}
      const sign = before && signOf(before, seen)
      return {
        reached: sign !== undefined,
        saw:
          sign ??
          `no sign of a reboot (instance check ${checks.instance}, last console post ${post.at ?? 'none'})`,
        before: seen,
        unclear: true,
      }
    },
    apply: async (signal) => (await aws()).reboot(id, signal),
    patienceMs: PROVEN_MS,
    pollMs: paced,
    once: true,
    recheck: asked.drain ? [] : ['last-healthy-target'],
    undo: {kind: 'leave', why: 'a reboot cannot be taken back'},
    irreversible: 'a reboot cannot be taken back',
  })
}

function signOf(before: Before, now: Before): string | undefined {
  if (now.check === 'initializing' && before.check !== 'initializing') return 'its instance check began anew'
  if (now.post !== before.post && (now.postedAt ?? '') > (before.postedAt ?? ''))
    return `its console has a new post, of ${now.postedAt}`
  return undefined
}
