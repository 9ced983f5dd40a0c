import type {Answer} from './azure-answer.js'

export interface Tokens {
  /** Answers the requests of a sign-in; undefined for any other. */
  answer(method: string, path: string, body: string, origin: string): Answer | undefined
  /** 200 as far as the token goes, or what to say. */
  check(authorization: string | undefined): Answer | undefined
  /** What was issued so far is good no longer. */
  expire(): void
  /** Whether a sign-in is refused from now on. */
  refuse(refuse: boolean): void
  issued(): number
}

const ISSUED_S = 3600

/** The sign-in of Microsoft Entra ID for one service principal: OpenID configuration and client credentials. */
export function tokens(tenant: string, secret: string): Tokens {
  const good = new Set<string>()
  let count = 0
  let refusing = false
  return {
    answer(method, path, body, origin) {
      if (path === `/${tenant}/v2.0/.well-known/openid-configuration` && method === 'GET')
        return {status: 200, body: configuration(`${origin}/${tenant}`)}
      if (path !== `/${tenant}/oauth2/v2.0/token` || method !== 'POST') return undefined
      const form = new URLSearchParams(body)
      if (refusing || form.get('client_secret') !== secret || form.get('grant_type') !== 'client_credentials')
        return {
          status: 401,
          body: {
            error: 'invalid_client',
            error_description: 'AADSTS7000215: Invalid client secret provided.',
          },
        }
      count += 1
      const token = jwt({appid: form.get('client_id'), tid: tenant, jti: String(count)})
      good.add(token)
      return {
        status: 200,
        body: {token_type: 'Bearer', expires_in: ISSUED_S, ext_expires_in: ISSUED_S, access_token: token},
      }
    },
    check(authorization) {
      const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
      if (token !== undefined && good.has(token)) return undefined
      const [code, message] = token
        ? ['ExpiredAuthenticationToken', 'The access token expiry UTC time is earlier than current UTC time.']
        : ['AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing."]
      return {status: 401, body: {error: {code, message}}}
    },
    expire: () => good.clear(),
    refuse(refuse) {
      refusing = refuse
    },
    issued: () => count,
  }
}

/** Nobody checks its signature here. */
function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({alg: 'none', typ: 'JWT'})}.${part(claims)}.lab`
}

function configuration(authority: string) {
  return {
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'id_token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}
