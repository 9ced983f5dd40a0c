/** Shorter values would match everywhere by chance. */
const SHORTEST = 4
const MASK = '***'

/**
 * A function that replaces every occurrence of the secrets by `***`: as they are, JSON-escaped, URL-encoded, in base64 (alone
 * or inside a longer value, such as a Basic header), and the long lines of those that have several. Overlapping
 * occurrences are one. Values of less than 4 characters are left alone.
 */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const forms = [...new Set([...secrets].filter((secret) => secret.length >= SHORTEST).flatMap(disguises))]
  return (text) => mask(text, forms)
}

export interface SecretStore {
  add(value: string): void
  /** Masks everything added so far. */
  redact(text: string): string
  /** The same in every text of a JSON value, except those that programs go by. Keys stay. */
  redactAll<T>(value: T): T
}

/** What stands under these keys is made or numbered by us, and a resumed run finds its way by it. */
const OURS = new Set([
  'type',
  'kind',
  'verdict',
  'state',
  'step',
  'steps',
  'stage',
  'run',
  'code',
  'fingerprint',
])

/** The secrets of one process: grows as they are resolved; every output passes through `redact`. */
export function secretStore(): SecretStore {
  const values = new Set<string>()
  let redact = redactor(values)
  return {
    add(value) {
      if (values.has(value)) return
      values.add(value)
      redact = redactor(values)
    },
    redact: (text) => redact(text),
    redactAll: (value) => (values.size === 0 ? value : (redactStrings(value, redact) as typeof value)),
  }
}

function redactStrings(value: unknown, redact: (text: string) => string, key = ''): unknown {
  if (typeof value === 'string') return OURS.has(key) ? value : redact(value)
  if (Array.isArray(value)) return value.map((item) => redactStrings(item, redact, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, redactStrings(part, redact, name)]),
  )
}

function disguises(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= 2 * SHORTEST)
  return [secret, ...lines]
    .flatMap((value) => [
      value,
      value.trim(),
      JSON.stringify(value).slice(1, -1),
      ...urlEncoded(value),
      ...base64(value),
    ])
    .filter((form) => form.length >= SHORTEST)
}

function urlEncoded(value: string): string[] {
  // A lone surrogate has no encoding.
  const encoded = encodeURIComponent(Buffer.from(value).toString())
  const form = new URLSearchParams([['', value]]).toString().slice(1)
  return [encoded, form].flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())])
}

/** Base64 depends on where the value starts within three bytes, and its edges on the neighbours: those are cut off. */
function base64(value: string): string[] {
  const bytes = Buffer.from(value)
  const inside = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const tail = (offset + bytes.length) % 3 === 0 ? 0 : (offset + bytes.length) % 3 === 1 ? 3 : 2
    return text.slice([0, 2, 3][offset], text.length - tail)
  })
  const whole = bytes.toString('base64')
  const all = [whole, whole.replace(/=+$/, ''), ...inside.filter((text) => text.length >= 5)]
  return all.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}

function mask(text: string, forms: readonly string[]): string {
  const found = forms.flatMap((form) => occurrences(text, form)).sort((a, b) => a.from - b.from)
  let clean = ''
  let at = 0
  for (const {from, to} of found) {
    if (from >= at) clean += text.slice(at, from) + MASK
    at = Math.max(at, to)
  }
  return clean + text.slice(at)
}

function occurrences(text: string, form: string): {from: number; to: number}[] {
  const found: {from: number; to: number}[] = []
  for (let from = text.indexOf(form); from !== -1; from = text.indexOf(form, from + 1))
    found.push({from, to: from + form.length})
  return found
}
