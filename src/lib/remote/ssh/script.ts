import {quote} from './quote.js'

/** A command line of a constant script with its arguments behind it, never inside it: nothing in them is read as shell. */
export function script(text: string, name: string, ...args: string[]): string {
  return ['sh', '-c', text, name, ...args].map(quote).join(' ')
}

/** A program with its arguments, whatever is in them. */
export function plainCommand(argv: readonly string[]): string {
  return argv.map(quote).join(' ')
}
