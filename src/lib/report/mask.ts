const IPV4 = String.raw`\d{1,3}(?:\.\d{1,3}){3}`
const IPV6_FULL = '(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}'
const IPV6_SHORT = `(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:(?:[0-9a-f]{1,4}:){0,6}(?:${IPV4}|[0-9a-f]{1,4}))?`
const DATE_TIME = String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?`
const CLOCK_TIME = String.raw`\d\d:\d\d:\d\d(?:[.,]\d+)?\b`
const UNIT = 'ns|us|µs|ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|%|[KMGT]i?B|[kKMG]|B|bytes?'

/** What differs between equal messages of many hosts. Where two could match, the earlier one does. */
const KINDS: ReadonlyArray<readonly [kind: string, pattern: string]> = [
  ['uuid', String.raw`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`],
  ['time', String.raw`\b(?:${DATE_TIME}|${CLOCK_TIME})`],
  ['address', String.raw`(?<![\w:])\[?(?:${IPV6_FULL}|${IPV6_SHORT})(?:%\w+)?(?:\]:\d+|\])?(?![\w:])`],
  ['address', String.raw`\b${IPV4}(?:\/\d{1,2}|:\d{1,5})?\b`],
  ['pid', String.raw`\bpid[ =:]*\d+|\[\d+\]`],
  ['id', String.raw`\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b`],
  ['amount', String.raw`(?<![\w.])\d+(?:\.\d+)?\s?(?:${UNIT})(?!\w)`],
]
const VARIABLE = new RegExp(KINDS.map(([, pattern]) => `(${pattern})`).join('|'), 'gi')
const CANDIDATE = /\d|::/

/** The message with its times, addresses, pids, uuids, hex ids and amounts replaced by their kind: `<time>`. */
export function mask(message: string): string {
  if (!CANDIDATE.test(message)) return message
  return message.replace(VARIABLE, (_, ...captures: unknown[]) => {
    const [kind] = KINDS[captures.findIndex((text) => text !== undefined)] ?? ['value']
    return `<${kind}>`
  })
}
