type Env = Readonly<Record<string, string | undefined>>

/** Name of the target that the environment describes. */
export const AZURE_ENV = 'env'

/** Whether the environment names a subscription. An inventory with azure targets goes before it. */
export function impliesAzure(env: Env): boolean {
  return (env.AZURE_SUBSCRIPTION_ID ?? '') !== ''
}

/** Microsoft's own authorities; others are not to be looked up there [src: @azure/identity AuthorityValidationOptions]. */
const AUTHORITIES =
  /^(?:https:\/\/)?login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn|chinacloudapi\.cn)\/?$/

export function isOwnAuthority(env: Env): boolean {
  const host = env.AZURE_AUTHORITY_HOST ?? ''
  return host !== '' && !AUTHORITIES.test(host)
}

/** Values that a script must not hold and no output may show, by variable. */
export const CREDENTIAL_VARIABLES = [
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_PASSWORD',
  'AWS_SECRET_ACCESS_KEY',
  'GITHUB_TOKEN',
] as const
