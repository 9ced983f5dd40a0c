import * as tls from 'node:tls'
import type {ComputeManagementClient} from '@azure/arm-compute'
import type {HttpClient} from '@azure/core-rest-pipeline'
import {armError} from './errors.js'
import {oncePolicy} from './once-policy.js'
import {principalOf} from './principal.js'

export type AzureTarget = {
  subscription: string
  /** Of the sign-in, where it is not the default one. */
  tenant?: string
  /** `https://management.azure.com`, of the cloud. */
  endpoint: string
  /** The audience of tokens. */
  audience: string
  /** PEM texts beside the authorities that Node.js knows. */
  ca?: string
  /** The authority is none of Microsoft's: it is not to be looked up there. */
  ownAuthority: boolean
}

/** What a call is made with. */
export interface Tools {
  client: ComputeManagementClient
  http: HttpClient
  principal(): Promise<string>
}

export interface Session {
  /**
   * Makes one call. A token that the service takes no longer is replaced by a fresh sign-in, once: a request that was turned away
   * with 401 was not carried out.
   * @throws ArmError
   */
  call<T>(
    what: string,
    signal: AbortSignal,
    make: (tools: Tools) => Promise<T>,
    written?: boolean,
  ): Promise<T>
  /** `x-ms-ratelimit-remaining-*` of the last answers. */
  allowance(): {[header: string]: string}
}

/** Of reads, and of what was throttled: 0.5 s, 1 s and 2 s, or what Azure says. An engineer waits no longer to hear that nobody answers. */
const RETRIES = {maxRetries: 3, retryDelayInMs: 500}

export function openSession(target: AzureTarget): Session {
  let tools: Promise<Tools> | undefined
  const left: {[header: string]: string} = {}
  const remember = (headers: Iterable<[string, string]>) => {
    for (const [name, value] of headers)
      if (name.startsWith('x-ms-ratelimit-remaining-'))
        left[name.slice('x-ms-ratelimit-remaining-'.length)] = value
  }
  return {
    allowance: () => ({...left}),
    async call(what, signal, make, written = false) {
      for (let attempt = 1; ; attempt += 1) {
        tools ??= signIn(target, remember)
        try {
          return await make(await tools)
        } catch (error) {
          const known = armError(what, error, written, signal.aborted)
          const expired = known.class === 'waiting-credentials'
          if (expired) tools = undefined
          if (!expired || known.code !== 'ExpiredAuthenticationToken' || attempt > 1) throw known
        }
      }
    },
  }
}

/** Those that Node.js would take by itself; naming one more replaces them. */
function authorities(): readonly string[] {
  // Not before Node 22.15.
  const get: typeof tls.getCACertificates | undefined = tls.getCACertificates
  return get ? get('default') : tls.rootCertificates
}

async function signIn(
  {subscription, tenant, endpoint, audience, ca, ownAuthority}: AzureTarget,
  seen: (headers: Iterable<[string, string]>) => void,
): Promise<Tools> {
  const [{DefaultAzureCredential}, {ComputeManagementClient: Client}, {createDefaultHttpClient}] =
    await Promise.all([
      import('@azure/identity'),
      import('@azure/arm-compute'),
      import('@azure/core-rest-pipeline'),
    ])
  const tlsOptions = ca === undefined ? {} : {tlsOptions: {ca: [...authorities(), ca]}}
  const credential = new DefaultAzureCredential({
    ...(tenant !== undefined && {tenantId: tenant}),
    disableInstanceDiscovery: ownAuthority,
    retryOptions: RETRIES,
    ...tlsOptions,
  })
  const client = new Client(credential, subscription, {
    endpoint,
    credentials: {scopes: [`${audience}/.default`]},
    retryOptions: RETRIES,
    ...tlsOptions,
  })
  client.pipeline.addPolicy(oncePolicy(seen), {afterPhase: 'Retry'})
  return {
    client,
    http: createDefaultHttpClient(),
    principal: async () => principalOf((await credential.getToken(`${audience}/.default`)).token),
  }
}
