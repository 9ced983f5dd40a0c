import {readFile} from 'node:fs/promises'
import {resolve} from 'node:path'
import type {BookCommand} from '../../book/command.js'
import {type BookSystems, CommandEnded} from '../../book/runbook.js'
import {EarlyEnd} from '../../engine/early.js'
import type {Steering} from '../../engine/ports.js'
import {exitCode} from '../../report/exit-codes.js'
import {latestChild, unfinishedUndo} from '../children.js'
import type {ChangeFlags} from '../flags.js'
import {findRun, runbookOf, undoOf} from '../past-run.js'
import type {Part} from '../perform.js'
import type {Stores} from '../stores.js'
import {type Approval, commandAsker, type Declined} from './ask.js'
import {type Carrying, performPart, runCommand} from './carry.js'
import {mustBeDone} from './endings.js'
import {inspectCommands} from './inspect.js'

export interface BookRun extends Omit<Carrying, 'part'> {
  /** The run whose steps began the runs of the commands. */
  of: string
  /** The run that begins them, goes on with them or takes them back now. */
  run: string
  approval: Approval
  stopping: AbortSignal
  steering: Steering | undefined
  abort: AbortSignal
  /** Lets somebody read what stands before a command. */
  pause(command: BookCommand): Promise<'yes' | Declined>
}

const GOES_ON = ['killed', 'interrupted', 'partial', 'undo-failed']
const EVERYTHING: Approval = {yes: true, names: [], whole: true}

/** What the steps of a document do, by the commands of this program. */
export function bookSystems(book: BookRun, kept: Stores): BookSystems {
  const {of, at, stopping, abort, steering} = book
  const silenced = book.flags.downtime !== undefined
  const partOf = (step: string, more: Part): Carrying => ({
    ...book,
    part: {...more, stopping, abort, silenced, ...(steering && {steering}), parent: {run: book.run, step}},
  })
  return {
    async inspect(commands) {
      const {facts, problems} = await inspectCommands(commands, book)
      if (problems.length === 0) return facts
      const lines = problems.map(({line, message}) => `line ${line}: ${message}`)
      throw new EarlyEnd('usage', 'a command of the document cannot be run; nothing was changed', lines)
    },
    textOf: (file) => readFile(resolve(at.cwd, file), 'utf8').catch(() => undefined),
    child: (step) => latestChild(kept, of, step),
    async carryOut(command, began) {
      const read = await book.pause(command)
      if (read !== 'yes')
        throw new CommandEnded(read === 'skip' ? 'you skipped it' : 'you quit', {
          untouched: true,
          wants: read,
        })
      let declined: Declined = 'stop'
      const notes: Promise<void>[] = []
      const carrying = partOf(command.id, {
        ask: (terminal) =>
          commandAsker(book.approval, terminal, (how) => {
            declined = how
          }),
        began: (run) => void notes.push(began(run)),
      })
      const child = await latestChild(kept, of, command.id)
      const goesOn = child !== undefined && child.undoneBy === '' && GOES_ON.includes(child.state)
      const outcome = goesOn ? await resume(child.run, carrying) : await runCommand(command, carrying)
      await Promise.all(notes)
      const looked = outcome.run === undefined && exitCode(outcome.verdict) !== 0
      if (looked && stopping.aborted)
        throw new CommandEnded('stopped while it was looking', {untouched: true, wants: 'stop'})
      mustBeDone(outcome, declined)
      return outcome.run === undefined ? {says: outcome.says} : {run: outcome.run}
    },
    async takeBack(step) {
      const child = await latestChild(kept, of, step)
      if (!child) throw new CommandEnded(`step ${step} has no run that could be undone`, {untouched: true})
      const begun = await unfinishedUndo(kept, child.run)
      const past = begun && {run: begun.run, plan: begun.plan, entries: begun.lines}
      const carrying = partOf(step, {ask: (terminal) => commandAsker(EVERYTHING, terminal, () => {})})
      const asked = {input: {run: child.run}, ...(past && {past})}
      const undo = await undoOf(kept.runs, child.run)
      mustBeDone(await performPart(undo, asked, forOneStep(book.flags), carrying), 'stop')
    },
  }

  async function resume(run: string, carrying: Carrying) {
    const {plan, lines} = await findRun(kept.runs, run)
    const past = {run, plan, entries: lines}
    const runbook = await runbookOf(kept.runs, plan)
    return await performPart(runbook, {input: plan.input, past}, forOneStep(book.flags), carrying)
  }
}

/** These two are about the document as a whole. */
function forOneStep(flags: ChangeFlags): ChangeFlags {
  return {...flags, 'hold-before': undefined, downtime: undefined}
}
