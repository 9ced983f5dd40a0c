import {truncate} from '../../report/width.js'
import type {Environment} from '../environment.js'
import {widthOf} from '../screen.js'

/** Who is waited for, with the rest that a line cannot hold cut off. */
export function waitingText(waitingFor: readonly string[], count: number): string {
  return `${count - waitingFor.length} of ${count} have answered; waiting for ${waitingFor.join(', ')}`
}

/** One line at the foot of the terminal that says what is waited for; nothing where stderr is no terminal. */
export function statusLine({env}: Environment): {show(text: string): void; clear(): void} {
  const {stderr} = process
  if (!stderr.isTTY || env.TERM === 'dumb') return {show() {}, clear() {}}
  return {
    show: (text) => void stderr.write(`\r\x1b[K${truncate(text, widthOf(stderr) - 1)}`),
    clear: () => void stderr.write('\r\x1b[K'),
  }
}
