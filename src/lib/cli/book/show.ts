import type {Outcome} from '../../engine/outcome.js'
import {exitCode} from '../../report/exit-codes.js'
import {renderOutcome} from '../../report/outcome.js'
import {paint} from '../../report/paint.js'
import type {Screen} from '../../report/renderer.js'
import {wrap} from '../../report/wrap.js'
import type {Environment} from '../environment.js'
import type {ChangeFlags} from '../flags.js'
import {rendererFor, screenOf} from '../screen.js'
import {secrets} from '../secrets.js'
import {bookNarrator, type Narrated, type Narrator} from './narrator.js'

export interface BookShown extends Narrator {
  /** How a command of the document ended. */
  childEnded(outcome: Outcome): void
}

/** A dry run is a result and goes to stdout; whatever else there is to see goes to stderr. */
export async function narratorFor(
  narrated: Omit<Narrated, 'prose'>,
  flags: ChangeFlags,
  at: Environment,
): Promise<BookShown> {
  const stream = flags['dry-run'] && !flags.json ? process.stdout : process.stderr
  const real = screenOf(stream, at.env)
  const screen: Screen = {...real, write: (text) => real.write(secrets.redact(text))}
  const silent = flags.progress === 'none' || flags.progress === 'json' || flags['log-level'] === 'error'
  if (silent && !flags['dry-run']) {
    const renderer = await rendererFor(flags.progress === 'json' ? 'json' : 'none', real, false)
    return {...renderer, say() {}, tell() {}, told: () => false, tellEnd() {}, childEnded() {}}
  }
  const narrator = bookNarrator({...narrated, prose: stream.isTTY === true}, screen)
  return {...narrator, childEnded: (outcome) => narrator.say(endLines(secrets.redactAll(outcome), screen))}
}

/** One line where all is well. What to do next is for the document to say. */
function endLines(outcome: Outcome, screen: Screen): string[] {
  const width = Math.max(40, Math.min(screen.columns() || 80, 120))
  if (exitCode(outcome.verdict) !== 0)
    return renderOutcome({...outcome, next: []}, width, paint(screen.colour))
  const run = outcome.run === undefined ? '' : ` (run ${outcome.run})`
  return wrap(`${outcome.says}${run}`, width, `${outcome.verdict}: `)
}
