import type {BackendFacts} from './snapshot.js'

/**
 * What binds clients to servers in a backend, as far as the Runtime API shows it: a persistence cookie, a stick-table
 * (it may also only count), or a hash of the request or client. Not visible: `stick` rules on the table of another
 * backend, `persist rdp-cookie`, and anything at all below operator level.
 */
export type Persistence =
  | {kind: 'cookie'; name: string}
  | {kind: 'stick-table'}
  | {kind: 'hash'; algorithm: string}

const HASHED = new Set(['source', 'uri', 'url_param', 'hdr', 'rdp-cookie', 'hash'])

export function persistence(backend: BackendFacts): Persistence[] {
  const {cookie, stickTable, algorithm} = backend
  return [
    ...(cookie === '' ? [] : [{kind: 'cookie' as const, name: cookie}]),
    ...(stickTable ? [{kind: 'stick-table' as const}] : []),
    ...(HASHED.has(algorithm) ? [{kind: 'hash' as const, algorithm}] : []),
  ]
}
