import {type Step, step} from '../../../engine/step.js'
import type {AwsSystems} from '../../../systems/aws/account.js'
import {paced} from '../amounts.js'
import type {Facts} from '../facts.js'
import type {RecoverInput} from '../input.js'
import {at} from './at.js'

const WELL = ['ok', 'not-applicable']

/** Only looks: all checks pass, the private address is the same, and the agent reports where it did before. */
export function checksStep(systems: AwsSystems, asked: RecoverInput, facts: Facts): Step {
  const {aws, id, name} = at(systems, asked.account, facts.instance)
  const wantsAgent = facts.ping === 'Online'
  return step<null>({
    id: 'checks',
    says: `${name}: see that its checks pass`,
    async probe(signal) {
      const account = await aws()
      const [now, checks, ping] = await Promise.all([
        account.instance(id, signal),
        account.checks(id, signal),
        wantsAgent ? account.ping(id, signal) : null,
      ])
      const pass =
        checks.system === 'ok' &&
        checks.instance === 'ok' &&
        WELL.includes(checks.ebs) &&
        now.state === 'running'
      const sameAddress = now.privateIp === facts.instance.privateIp
      return {
        reached: pass && sameAddress && (!wantsAgent || ping === 'Online'),
        saw: [
          `${now.state}, system ${checks.system}, instance ${checks.instance}, EBS ${checks.ebs}`,
          ...(sameAddress ? [] : [`private address ${now.privateIp}, was ${facts.instance.privateIp}`]),
          ...(wantsAgent ? [`agent ${ping ?? 'unknown'}`] : []),
          ...(now.publicIp === facts.instance.publicIp
            ? []
            : [`public address ${now.publicIp ?? 'none'}, was ${facts.instance.publicIp ?? 'none'}`]),
        ].join('; '),
        before: null,
      }
    },
    patienceMs: asked.checksWaitMs,
    pollMs: paced,
    undo: {kind: 'leave', why: 'it only looks'},
  })
}
