import type {Config} from '@oclif/core'
import type {BookCommand} from '../../book/command.js'
import {BOOK_ID} from '../../book/id.js'
import {type BookFacts, type BookInput, book, bookCode, type CommandFacts} from '../../book/runbook.js'
import {remember} from '../../engine/memory.js'
import type {Outcome} from '../../engine/outcome.js'
import {perform} from '../../engine/perform.js'
import type {Asker} from '../../engine/ports.js'
import type {AnyRunbook} from '../../engine/runbook.js'
import {UNDO_ID} from '../../engine/undo-run.js'
import type {Recorded, RunStore} from '../../journal/store.js'
import type {PlanEvent} from '../../report/plan.js'
import {clean} from '../../text/clean.js'
import {asker, type Terminal} from '../ask.js'
import {realClock} from '../clock.js'
import type {Environment} from '../environment.js'
import {finish} from '../finish.js'
import type {ChangeFlags} from '../flags.js'
import {requestOf} from '../perform.js'
import {bindPorts} from '../ports.js'
import {newRunId} from '../run-id.js'
import {stores} from '../stores.js'
import {UsageError} from '../usage-error.js'
import type {Asked} from '../within.js'
import {type Approval, readOn} from './ask.js'
import {dryRun} from './dry-run.js'
import {narratorFor} from './show.js'
import {bookSystems} from './systems.js'

/** A run of a document, or one that takes such a run back. */
export interface BookAsked {
  runbook: AnyRunbook
  asked: Asked
  input: BookInput
  /** The run whose steps have begun the runs of the commands, where it is another one than this. */
  of?: string
  /** What `--confirm` named. */
  names: readonly string[]
}

/** The document that a run carries out or takes back, if it does. */
export async function bookOf(
  runs: RunStore,
  {run, plan}: Pick<Recorded, 'run' | 'plan'>,
): Promise<{of: string; input: BookInput} | undefined> {
  if (plan.runbook === BOOK_ID) return {of: run, input: book.input.parse(plan.input)}
  if (plan.runbook !== UNDO_ID) return undefined
  return await bookOf(runs, await runs.read((plan.input as {run: string}).run))
}

/** Performs it as the flags say, and prints how it ended. */
export async function performBook(
  {runbook, asked, input, of, names}: BookAsked,
  flags: ChangeFlags,
  at: Environment,
  config: Config,
): Promise<Outcome> {
  if (/\{\w+\}/.test(flags.downtime ?? ''))
    throw new UsageError('--downtime of a document: name its tags, its commands have no target in common')
  const kept = await stores(at)
  const run = asked.past?.run ?? newRunId(realClock.now())
  const undoes = runbook.id === UNDO_ID
  const approval: Approval = {yes: flags.yes, names, whole: false}
  const narrator = await narratorFor({input, undoes, done: doneBefore(asked)}, flags, at)
  let terminal: Terminal | undefined
  const bound = await bindPorts(flags, at, kept, {
    run,
    renderer: narrator,
    ...(!undoes && {
      ask: (opened: Terminal) => {
        terminal = opened
        return bookAsker(approval, opened, input, () => factsOf(bound.planned()))
      },
    }),
  })
  const pause = async ({id}: BookCommand) => {
    const answered = approval.yes || approval.whole || !terminal?.interactive
    const reads = factsOf(bound.planned()).commands.find((one) => one.id === id)?.effect === 'read'
    return answered || reads || !terminal || !narrator.told(id) ? 'yes' : await readOn(terminal)
  }
  const {stopping, abort, steering} = bound.ports
  const carrying = {flags, config, at, show: narrator.say, ended: narrator.childEnded}
  const systems = bookSystems(
    {...carrying, of: of ?? run, run, approval, stopping, abort, steering, pause},
    kept,
  )
  try {
    const request = requestOf(asked, flags, kept, config.version)
    const {outcome} = await perform(runbook, systems, request, bound.ports)
    const planned = bound.planned()
    const plansOnly = flags['dry-run'] && !undoes && !asked.past && outcome.verdict === 'planned'
    const ended = plansOnly
      ? await dryRun(outcome, input, factsOf(planned), {...carrying, narrator})
      : outcome
    finish(ended, flags.json, planned)
    return ended
  } finally {
    await bound.close()
  }
}

function doneBefore({past}: Asked): ReadonlySet<string> {
  const memory = remember(past?.entries ?? [])
  const well = [...memory].filter(
    ([, {result}]) => result?.state === 'changed' || result?.state === 'already',
  )
  return new Set(well.map(([step]) => step))
}

function factsOf(planned: PlanEvent | undefined): BookFacts {
  if (!planned) throw new Error('asked before the plan was made')
  return planned.plan.facts as BookFacts
}

/** At a terminal each command asks for itself; without one, everything must have been answered before the first. */
function bookAsker(approval: Approval, terminal: Terminal, input: BookInput, facts: () => BookFacts): Asker {
  return {
    present: terminal.interactive,
    failed: asker({yes: false, confirm: undefined}, terminal).failed,
    async confirm() {
      const code = bookCode(input, facts())
      approval.whole = approval.names.includes(code)
      if (terminal.interactive || approval.whole) return 'yes'
      const missing = unanswered(facts().commands, approval)
      if (missing.length === 0) return 'yes'
      return {
        no: `there is no terminal to ask at: pass ${missing.join(' ')}, or --confirm CODE of its dry run`,
      }
    },
  }
}

function unanswered(commands: readonly CommandFacts[], {yes, names}: Approval): string[] {
  const open = commands.filter(({effect, subject}) => effect !== 'read' && !names.includes(subject))
  const plain = open.some(({effect}) => effect === 'change') && !yes ? ['--yes'] : []
  const named = open
    .filter(({effect}) => effect !== 'change')
    .map(({subject}) => `--confirm ${clean(subject)}`)
  return [...plain, ...new Set(named)]
}
