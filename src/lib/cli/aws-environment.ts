/** Name of the target that the conventions of AWS describe: `AWS_PROFILE`, `AWS_REGION`, keys, roles of the machine. */
export const AWS_ENVIRONMENT = 'environment'

const SAYING = [
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_ROLE_ARN',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
] as const

/** Whether the environment says that there is an account. Any machine may have one that it does not speak of. */
export function impliesAws(env: Readonly<Record<string, string | undefined>>): boolean {
  return SAYING.some((name) => (env[name] ?? '') !== '')
}
