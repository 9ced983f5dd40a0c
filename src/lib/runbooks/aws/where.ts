import type {Identity} from '../../systems/aws/identity.js'

/** The first words of every plan: that nothing of this reaches AWS must not be overlooked. */
export function titled({endpoint}: Identity, title: string): string {
  return endpoint === null ? title : `ENDPOINT OVERRIDE, not AWS: ${endpoint}. ${title}`
}

/** Who changes something, and where. */
export function whereWords({account, region, profile, arn}: Identity): string {
  return `account ${account}, ${region}${profile === null ? '' : `, profile ${profile}`}, as ${arn}`
}
