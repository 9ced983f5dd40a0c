import type {Identity} from '../../systems/aws/identity.js'

/** That nothing of this reaches AWS must not be overlooked. */
export function notAws({identity: {endpoint}}: {identity: Identity}): string | undefined {
  return endpoint === null ? undefined : `ENDPOINT OVERRIDE, not AWS: ${endpoint}.`
}

/** Who changes something, and where. */
export function whereWords({account, region, profile, arn}: Identity): string {
  return `account ${account}, ${region}${profile === null ? '' : `, profile ${profile}`}, as ${arn}`
}
