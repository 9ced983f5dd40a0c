import type {GetCallerIdentityCommandOutput} from '@aws-sdk/client-sts'
import type {IdentityReader} from './identity.js'
import type {AwsSession, AwsSettings} from './session.js'

/** Asks who calls once; what calls have shown of the way there is of now. */
export function identityReader(session: AwsSession, settings: AwsSettings): IdentityReader {
  let answered: Promise<{caller: GetCallerIdentityCommandOutput; region: string}> | undefined
  return {
    expectedAccount: settings.account ?? null,
    async identity(signal) {
      answered ??= ask(session, signal).catch((error: unknown) => {
        answered = undefined
        throw error
      })
      const {caller, region} = await answered
      const {endpoint, expiresAtMs, skewMs, credentials, profile} = session.observed()
      return {
        account: caller.Account ?? '',
        arn: caller.Arn ?? '',
        region,
        profile,
        endpoint,
        skewMs,
        expiresAtMs,
        // Keys of the environment stay what they are; the provider of a profile gets new ones.
        renewable: credentials === 'sso' || credentials === 'other',
      }
    },
  }
}

async function ask(session: AwsSession, signal: AbortSignal) {
  const {sdk, client} = await session.sts()
  const caller = await session.ask('sts GetCallerIdentity', 'read', signal, (how) =>
    client.send(new sdk.GetCallerIdentityCommand({}), how),
  )
  return {caller, region: await client.config.region()}
}
