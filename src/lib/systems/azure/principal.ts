/** Whom a token is for, from its claims, which nobody has to trust here: `ana@example.net`, `app 1b2c...`. */
export function principalOf(token: string): string {
  const claims = claimsOf(token)
  const named = claims.upn ?? claims.unique_name ?? claims.preferred_username
  if (typeof named === 'string') return named
  const id = claims.appid ?? claims.azp ?? claims.oid
  return typeof id === 'string' ? `app ${id}` : 'unknown'
}

function claimsOf(token: string): {[claim: string]: unknown} {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      [claim: string]: unknown
    }
  } catch {
    return {}
  }
}
