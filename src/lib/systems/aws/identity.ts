/** Who calls, where. */
export type Identity = {
  account: string
  arn: string
  region: string
  /** `AWS_PROFILE`, or what the inventory says. */
  profile: string | null
  /** Where requests go instead of to AWS: an endpoint override is in force. */
  endpoint: string | null
  /** Their clock minus ours, as far as whole seconds show it. */
  skewMs: number
  /** When the credentials end, where that is known. */
  expiresAtMs: number | null
  /** The provider gets new ones by itself. */
  renewable: boolean
}

export interface IdentityReader {
  identity(signal: AbortSignal): Promise<Identity>
  /** The account that the inventory expects; null when it says nothing. */
  expectedAccount: string | null
}
