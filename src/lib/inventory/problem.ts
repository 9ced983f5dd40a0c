/** One thing wrong with the inventory. */
export interface Problem {
  /** From 1. */
  line: number
  column: number
  /** `haproxy.web-lb.instances[0].socket`; empty for the file as a whole. */
  path: string
  message: string
  /** The source line with a caret under the place. */
  excerpt: string[]
}

/** Problems shown in the message; `problems` has all. */
const SHOWN = 50

/** The inventory cannot be used; the message is ready to be shown. */
export class InventoryError extends Error {
  override name = 'InventoryError'

  constructor(
    message: string,
    /** Every problem found, in the order of the file; empty when there is no file to read. */
    readonly problems: readonly Problem[] = [],
  ) {
    super(message)
  }
}

/** There is no inventory in any of the places. */
export class NoInventory extends InventoryError {}

/** `file:line:col: path: message` and the excerpt, for every problem. */
export function inventoryError(file: string, problems: readonly Problem[]): InventoryError {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const more = sorted.length - SHOWN
  const lines = sorted.slice(0, SHOWN).flatMap((problem) => [problemLine(file, problem), ...problem.excerpt])
  return new InventoryError(
    [...lines, ...(more > 0 ? [`… and ${more} more problems`] : [])].join('\n'),
    sorted,
  )
}

export function problemLine(file: string, {line, column, path, message}: Problem): string {
  return [`${file}:${line}:${column}`, ...(path === '' ? [] : [path]), message].join(': ')
}

/** `haproxy.web-lb.instances[0]`; a key that is no plain word in quotes. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    const key = String(part)
    if (!/^[\w-]+$/.test(key)) return `${text}[${JSON.stringify(key)}]`
    return text === '' ? key : `${text}.${key}`
  }, '')
}
