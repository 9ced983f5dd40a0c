import {z} from 'zod'
import type {Check} from '../../engine/check.js'
import type {Finding} from '../../engine/runbook.js'
import type {AwsAccount, AwsSystems} from '../../systems/aws/account.js'
import type {Identity} from '../../systems/aws/identity.js'
import type {Permission, Service} from '../../systems/aws/permission.js'
import {pass, refuse, warn} from '../finding.js'
import {lasting} from './amounts.js'
import {account} from './guards/account.js'
import {NEEDS, PURPOSES, type Purpose} from './needs.js'

const input = z.strictObject({
  account: z.string().min(1),
  /** What the caller must be allowed to do. */
  purpose: z.enum(PURPOSES),
  /** The instance to ask about; any one when null. */
  instance: z.string().nullable(),
})
type CheckInput = z.infer<typeof input>

/** Requests that are signed with a clock more than 5 minutes off are refused [src: Signature Version 4]. */
const SKEW_MS = 4 * 60_000
const SOON_MS = 15 * 60_000

/** Yes only if signing in works, the clock is right, and no permission is known to be missing. Changes nothing. */
export const check: Check<CheckInput, AwsSystems> = {
  id: 'aws.check',
  summary:
    'Ask whether AWS could be operated now: identity, clock, and each permission that can be asked for',
  input,
  subject: (asked) => asked.account,
  async ask(systems, asked, signal) {
    const aws = await systems.aws(asked.account)
    const identity = await aws.identity(signal)
    const {reads, dryRuns, unprobed} = NEEDS[asked.purpose]
    return [
      account({identity, expectedAccount: aws.expectedAccount, takenAtMs: systems.now()}),
      endpoint(identity),
      clock(identity),
      credentials(identity, systems.now()),
      ...(await Promise.all(
        reads.map(async (service) => reading(service, await aws.mayRead(service, signal))),
      )),
      ...(await dryRun(aws, asked, dryRuns, signal)),
      ...unprobed.map((action) => warn(action, 'not probed: the service has no dry run')),
    ]
  },
}

function endpoint({endpoint: other, region}: Identity): Finding {
  if (other === null) return pass('endpoint', `AWS, ${region}`)
  return warn('endpoint', `an override is in force: requests go to ${other}, not to AWS`)
}

function clock({skewMs}: Identity): Finding {
  const saw = `their clock differs from this one by ${Math.round(skewMs / 1000)} s`
  if (Math.abs(skewMs) <= SKEW_MS) return pass('clock', saw)
  return refuse('clock', saw, 'look at NTP here: signed requests are refused at 5 minutes')
}

function credentials({expiresAtMs, renewable}: Identity, nowMs: number): Finding {
  if (expiresAtMs === null) return pass('credentials', 'they do not say when they end')
  const saw = `they end in ${lasting(expiresAtMs - nowMs)}${renewable ? ', and are renewed by their provider' : ''}`
  return renewable || expiresAtMs - nowMs > SOON_MS ? pass('credentials', saw) : warn('credentials', saw)
}

function reading(service: Service, permission: Permission): Finding {
  return permissionFinding(`${service}:read`, permission, 'the smallest read was answered')
}

/** Asked of one instance: a policy may look at its tags. */
async function dryRun(
  aws: AwsAccount,
  asked: CheckInput,
  actions: (typeof NEEDS)[Purpose]['dryRuns'],
  signal: AbortSignal,
): Promise<Finding[]> {
  if (actions.length === 0) return []
  const named = asked.instance
  const id = named === null ? await aws.someInstance(signal) : (await aws.findInstances(named, signal))[0]?.id
  if (id === undefined)
    return [refuse('instance', `there is no instance ${named}`, 'name another one, by its id or Name tag')]
  if (id === null)
    return actions.map((action) => warn(`ec2:${action}`, 'not probed: there is no instance to ask about'))
  return await Promise.all(
    actions.map(async (action) =>
      permissionFinding(`ec2:${action}`, await aws.may(action, id, signal), `proven by a dry run on ${id}`),
    ),
  )
}

function permissionFinding(id: string, permission: Permission, proof: string): Finding {
  if (permission === 'permitted') return pass(id, proof)
  if (permission === 'denied') return refuse(id, 'not permitted', `give the caller the permission ${id}`)
  return refuse(id, `unclear: ${permission.unclear}`, 'ask again')
}
