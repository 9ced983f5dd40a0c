import type {Inventory} from './schema.js'
import type {SecretRef} from './secret.js'

/** Under these keys an inventory has a reference to a secret; `cmd` and `file` elsewhere mean other things. */
const SECRET_KEYS = ['password', 'passphrase', 'webhook']

/** Every reference with where it stands: `redis.orders.password`. */
export function secretRefs(inventory: Inventory): {path: string; ref: SecretRef}[] {
  const found: {path: string; ref: SecretRef}[] = []
  const walk = (value: unknown, path: string) => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, part] of Object.entries(value)) {
      const at = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
      if (SECRET_KEYS.includes(key) && isRef(part)) found.push({path: at, ref: part})
      else walk(part, at)
    }
  }
  walk(inventory, '')
  return found
}

function isRef(value: unknown): value is SecretRef {
  return typeof value === 'object' && value !== null && ['env', 'file', 'cmd'].some((kind) => kind in value)
}
