import {createInterface} from 'node:readline/promises'
import type {Asker, FailureAnswer} from '../engine/ports.js'
import {wrap} from '../report/wrap.js'
import {clean} from '../text/clean.js'

/** Where questions are put. */
export interface Terminal {
  interactive: boolean
  input: NodeJS.ReadableStream
  output: NodeJS.WritableStream
  /** Cells of a line. */
  columns(): number
  /** Aborts when a signal tells the process to stop: nobody will answer any more. */
  stopping?: AbortSignal
  /** Clears what is pinned on the screen, and brings it back after the answer. */
  pause(): void
  resume(): void
}

export interface Given {
  yes: boolean
  confirm: string | undefined
}

/** Answers from the flags where they answer, else from the terminal, else no. A pipe is nobody. */
export function asker(given: Given, terminal: Terminal): Asker {
  const lines = (text: string) => wrap(text, terminal.columns()).join('\n')
  return {
    present: terminal.interactive,
    async confirm({effect, subject, code, title}) {
      if (given.confirm !== undefined) return matches(given.confirm, [subject, code])
      if (effect === 'change') {
        if (given.yes) return 'yes'
        if (!terminal.interactive) return {no: 'there is no terminal to ask at: pass --yes'}
        const answer = await ask(terminal, `${lines(title)}\nGo ahead? [y/N] `)
        return /^(y|yes)$/i.test(answer ?? '') ? 'yes' : {no: 'you said no'}
      }
      if (!terminal.interactive) return {no: `there is no terminal to ask at: pass --confirm ${subject}`}
      const answer = await ask(
        terminal,
        `${lines(title)}\nThis ${EFFECTS[effect]}. Type ${clean(subject)} to go ahead: `,
      )
      return answer === undefined ? {no: 'you said no'} : matches(answer, [subject, code])
    },
    async failed({why, fallback}) {
      for (;;) {
        const choices = `[r]etry, [s]kip this step, [u]ndo everything, s[t]op and leave it? (${fallback})`
        const question = `\n${lines(why)}\n${lines(choices)} `
        const answer = await ask(terminal, question)
        if (answer === undefined || answer === '') return fallback
        const meant = ANSWERS[answer.toLowerCase()]
        if (meant) return meant
      }
    },
  }
}

const EFFECTS = {disrupt: 'can disrupt clients', destroy: 'cannot be undone'}

const ANSWERS: Readonly<Record<string, FailureAnswer>> = {
  r: 'retry',
  retry: 'retry',
  s: 'skip',
  skip: 'skip',
  u: 'undo',
  undo: 'undo',
  t: 'stop',
  stop: 'stop',
}

function matches(text: string, accepted: readonly string[]): 'yes' | {no: string} {
  if (accepted.includes(text)) return 'yes'
  return {
    no: `'${clean(text)}' is neither ${clean(accepted[0] ?? '')} nor the code of this plan (${accepted[1]})`,
  }
}

/** One line from the terminal; undefined after Ctrl-C or Ctrl-D, or when the process is told to stop. */
export async function ask(terminal: Terminal, question: string): Promise<string | undefined> {
  terminal.pause()
  const lines = createInterface({
    input: terminal.input,
    output: terminal.output,
    terminal: true,
    historySize: 0,
  })
  const gone = new AbortController()
  lines.once('SIGINT', () => gone.abort())
  lines.once('close', () => gone.abort())
  try {
    const given = terminal.stopping ? AbortSignal.any([gone.signal, terminal.stopping]) : gone.signal
    return (await lines.question(question, {signal: given})).trim()
  } catch {
    terminal.output.write('\n')
    return undefined
  } finally {
    lines.close()
    terminal.resume()
  }
}
