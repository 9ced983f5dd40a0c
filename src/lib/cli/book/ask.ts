import type {Asker} from '../../engine/ports.js'
import type {Effect} from '../../engine/runbook.js'
import {wrap} from '../../report/wrap.js'
import {clean} from '../../text/clean.js'
import {ask, asker, type Terminal} from '../ask.js'

/** What a person has approved of a document before it began. */
export interface Approval {
  /** `--yes`: plain changes. */
  yes: boolean
  /** `--confirm`: names of what may be disrupted. */
  names: readonly string[]
  /** The code of the document: everything in it. */
  whole: boolean
}

export type Declined = 'skip' | 'stop'

/**
 * Asks for one command of a document, once, with the plan above the question.
 * @param declined is told which no it was
 */
export function commandAsker(
  approval: Approval,
  terminal: Terminal,
  declined: (how: Declined) => void,
): Asker {
  return {
    present: terminal.interactive,
    failed: asker({yes: false, confirm: undefined}, terminal).failed,
    async confirm({effect, subject, code, title}) {
      if (approval.whole || approval.names.includes(subject) || approval.names.includes(code)) return 'yes'
      if (effect === 'change' && approval.yes) return 'yes'
      if (!terminal.interactive)
        return {
          no: `there is no terminal to ask at: pass ${effect === 'change' ? '--yes' : `--confirm ${subject}`}`,
        }
      const head = wrap(title, terminal.columns()).join('\n')
      const answer = await answerTo(
        `${head}\n${questionOf(effect, subject)}`,
        effect,
        [subject, code],
        terminal,
      )
      if (answer === 'yes') return 'yes'
      declined(answer)
      return {no: answer === 'skip' ? 'you skipped it' : 'you quit'}
    },
  }
}

const EFFECTS = {disrupt: 'can disrupt clients', destroy: 'cannot be undone'}

function questionOf(effect: Effect, subject: string): string {
  if (effect === 'change') return 'Run it? [y]es, [s]kip it, [q]uit: '
  return `This ${EFFECTS[effect]}. Type ${clean(subject)} to run it, skip, or quit: `
}

/** Asks again after anything else: Enter is neither yes nor no. Ctrl-C and Ctrl-D are a no to all of it. */
async function answerTo(
  question: string,
  effect: Effect,
  names: readonly string[],
  terminal: Terminal,
): Promise<'yes' | Declined> {
  for (;;) {
    const answer = await ask(terminal, question)
    if (answer === undefined) return 'stop'
    if (effect === 'change' ? /^(y|yes)$/i.test(answer) : names.includes(answer)) return 'yes'
    if (/^(s|skip)$/i.test(answer)) return 'skip'
    if (/^(q|quit)$/i.test(answer)) return 'stop'
  }
}

/** Text stands before the command, and its plan would push it off the screen: it may tell somebody to do something first. */
export async function readOn(terminal: Terminal): Promise<'yes' | Declined> {
  for (;;) {
    const answer = await ask(terminal, '\nEnter plans this step, [s]kip it, [q]uit: ')
    if (answer === undefined || /^(q|quit)$/i.test(answer)) return 'stop'
    if (answer === '') return 'yes'
    if (/^(s|skip)$/i.test(answer)) return 'skip'
  }
}
