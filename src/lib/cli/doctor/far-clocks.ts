import type {Finding} from '../../engine/runbook.js'
import {roughly} from '../../report/duration.js'
import {impliesAws} from '../aws-environment.js'
import {profileOf} from './aws-endpoint.js'
import {type Footing, pass, refuse, warn} from './footing.js'

const LIMIT_MS = 3000
/** Signed requests of AWS and tokens are refused at 5 minutes. */
const REFUSED_MS = 4 * 60_000
const DOUBTFUL_MS = 30_000

/** How far the clocks of configured services are from this one: one request to each, without signing in. */
export async function farClocks(footing: Footing, now: () => number): Promise<Finding[]> {
  const {httpDate} = await import('../../remote/http-date.js')
  return await Promise.all(
    [...(await endpoints(footing))].map(async ([url, called]): Promise<Finding> => {
      const sent = now()
      try {
        const at = await httpDate(url, AbortSignal.timeout(LIMIT_MS))
        // The header has whole seconds, and was written between the question and the answer.
        return judged(called, at + 500 - (sent + now()) / 2)
      } catch (error) {
        const why =
          (error as Error).name === 'TimeoutError' ? 'no answer within 3s' : (error as Error).message
        return warn('far', `${called}: its clock is not known: ${why || 'no answer'}`, `curl -sI ${url}`)
      }
    }),
  )
}

function judged(called: string, aheadMs: number): Finding {
  const off = Math.abs(aheadMs)
  if (off <= DOUBTFUL_MS) return pass('far', `${called} agrees`)
  const saw = `this clock is ${roughly(off)} ${aheadMs < 0 ? 'ahead of' : 'behind'} that of ${called}`
  const clear = 'timedatectl set-ntp true'
  return off <= REFUSED_MS
    ? warn('far', saw, clear)
    : refuse('far', `${saw}: requests are refused at 5 minutes`, clear)
}

/** By address, with what it is called. */
async function endpoints({loaded, at}: Footing): Promise<Map<string, string>> {
  const {env} = at
  const {vsphere = {}, azure = {}, aws = {}} = loaded?.inventory ?? {}
  const found = new Map<string, string>()
  for (const [name, {url}] of Object.entries(vsphere)) found.set(url, `vsphere/${name}`)
  if (Object.keys(azure).length > 0) {
    const {CLOUDS} = await import('../../systems/azure/open.js')
    for (const [name, {endpoint, cloud = 'public'}] of Object.entries(azure))
      found.set(endpoint ?? CLOUDS[cloud], `azure/${name}`)
  }
  const accounts: {called: string; profile?: string; region?: string}[] = Object.entries(aws).map(
    ([name, target]) => ({called: `aws/${name}`, ...target}),
  )
  if (accounts.length === 0 && impliesAws(env)) accounts.push({called: 'aws'})
  for (const {called, profile, region} of accounts) {
    const known = await profileOf(profile ?? env.AWS_PROFILE ?? 'default', at)
    const there = region ?? env.AWS_REGION ?? known.region ?? 'us-east-1'
    found.set(env.AWS_ENDPOINT_URL || known.endpoint_url || `https://sts.${there}.amazonaws.com`, called)
  }
  return found
}
