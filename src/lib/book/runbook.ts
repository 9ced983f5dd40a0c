import {z} from 'zod'
import type {Failing} from '../engine/failure.js'
import type {Json} from '../engine/json.js'
import {codeOf} from '../engine/plan.js'
import type {Finding, PlanView, Runbook} from '../engine/runbook.js'
import {type Step, step} from '../engine/step.js'
import {type BookCommand, commandsOf} from './command.js'
import {type Document, parseDocument} from './document.js'
import {BOOK_ID} from './id.js'
import type {Values} from './variable.js'

/** The text itself, so that a run goes on with what it began with. */
export type BookInput = {
  /** As it was named. */
  file: string
  name: string
  text: string
  values: Values
}

/** What is known of each command before anything is run. */
export type CommandFacts = {
  id: string
  /** Empty: it only reads. */
  runbook: string
  effect: 'change' | 'disrupt' | 'destroy' | 'read'
  subject: string
  locks: string[]
}

export type BookFacts = {commands: CommandFacts[]; changed: boolean}

/** The latest run that a step has begun. */
export interface Child {
  run: string
  /** `killed`, `interrupted`, or the verdict that it ended with. */
  state: string
  says: string
  undoneBy: string
}

/** How a command ended: with a run of its own, or it only read and printed. */
export type Carried = {run: string} | {says: string}

/** What the steps of a document need; cli/ binds it to the commands. */
export interface BookSystems {
  inspect(commands: readonly BookCommand[]): Promise<CommandFacts[]>
  /** The text of the file now, where it can be read. */
  textOf(file: string): Promise<string | undefined>
  child(step: string): Promise<Child | undefined>
  /** Begins the command, or goes on with its run. @param began is told the run before its first change @throws Ended */
  carryOut(command: BookCommand, began: (run: string) => Promise<void>): Promise<Carried>
  /** Takes the run of a step back. @throws Ended */
  takeBack(step: string): Promise<void>
}

/** How a command ended that did not do what it should. */
export class CommandEnded extends Error implements Failing {
  override name = 'CommandEnded'
  readonly fault
  declare readonly untouched?: true
  declare readonly wants?: 'skip' | 'stop'
  declare readonly class?: string
  constructor(message: string, how: Partial<Omit<Failing, 'message'>>) {
    super(message)
    this.fault = how.fault ?? 'answered'
    Object.assign(this, how)
  }
}

/** Four letters for the text, its variables and what its commands would touch: approves the whole document. */
export function bookCode({text, values}: BookInput, {commands}: BookFacts): string {
  return codeOf({text, values, commands})
}

export function documentOf({text, name, values}: BookInput): {document: Document; commands: BookCommand[]} {
  const document = parseDocument(text, name)
  return {document, commands: commandsOf(document, values).commands}
}

const input: z.ZodType<BookInput> = z.strictObject({
  file: z.string(),
  name: z.string(),
  text: z.string(),
  values: z.record(z.string(), z.string()),
})

/** A document of commands as a runbook: each command is a step, and a run of its own. */
export const book: Runbook<BookInput, BookFacts, BookSystems> = {
  id: BOOK_ID,
  summary: 'Carry out the commands of a document, one after the other',
  input,
  effect: () => 'change',
  subject: ({file}) => file,
  locks: ({name}) => [`book/${name}`],
  survey: async (systems, asked) => ({
    commands: await systems.inspect(documentOf(asked).commands),
    changed: (await systems.textOf(asked.file)) !== asked.text,
  }),
  rests: (_asked, {commands}) => commands,
  guards,
  view,
  stages: (systems, asked) => [
    {
      id: 'commands',
      says: 'carry out the commands of the document',
      steps: documentOf(asked).commands.map((command) => commandStep(systems, command)),
    },
  ],
  onFailure: 'stop',
}

function guards({file}: BookInput, {changed}: BookFacts): Finding[] {
  if (!changed) return [{id: 'same-document', level: 'pass', saw: `${file} is as it was`}]
  return [
    {
      id: 'same-document',
      level: 'warn',
      saw: `${file} has changed since: this run goes on with the text it began with`,
    },
  ]
}

function view(asked: BookInput, {commands}: BookFacts): PlanView {
  const {document} = documentOf(asked)
  const reads = commands.filter(({effect}) => effect === 'read').length
  const values = Object.entries(asked.values).map(([name, value]) => `${name} = ${value}`)
  return {
    title: `${document.title} (${asked.file})`,
    tables: [],
    notes: [
      countOf(commands.length, commands.length - reads),
      ...(values.length > 0 ? [values.join(', ')] : []),
    ],
  }
}

function countOf(all: number, changing: number): string {
  const many = `${all} ${all === 1 ? 'command' : 'commands'}`
  return `${many}, ${changing} of them ${changing === 1 ? 'changes' : 'change'} something`
}

type Before = {state: string}

/** States of a run after which nothing of it is left. */
const GONE = ['none', 'undone', 'nothing']

function commandStep(systems: BookSystems, command: BookCommand): Step {
  return step<Before>({
    id: command.id,
    says: command.says,
    async probe(_signal, _before, _waitedMs, learned) {
      const child = await systems.child(command.id)
      return child ? seenAs(child) : readBefore(learned)
    },
    async apply(_signal, _before, remember) {
      const began = (run: string) => remember({run}, `step ${command.id} is run ${run}`)
      const carried = await systems.carryOut(command, began)
      if ('says' in carried) await remember(carried, `step ${command.id} only reads`)
    },
    patienceMs: 1000,
    undo: {
      kind: 'restore',
      says: `undo step ${command.id}: ${command.says}`,
      run: () => systems.takeBack(command.id),
      restored: (now) => GONE.includes(now.state),
    },
  })
}

function seenAs({run, state, says, undoneBy}: Child) {
  if (undoneBy !== '')
    return {reached: false, saw: `run ${run} was undone by run ${undoneBy}`, before: {state: 'undone'}}
  const ended = {saw: `run ${run}: ${says}`, before: {state}}
  if (state === 'done' || state === 'tolerated') return {...ended, reached: true}
  if (state === 'nothing') return {...ended, reached: true, changedNothing: true as const}
  return {...ended, reached: false, saw: `run ${run} ${state}: ${says}`, hopeless: true}
}

/** A command that only reads has no run: that it ended well is in the journal of the document. */
function readBefore(learned: Json | undefined) {
  const says =
    typeof learned === 'object' && learned !== null && !Array.isArray(learned) ? learned.says : undefined
  const before = {state: 'none'}
  if (typeof says !== 'string') return {reached: false, saw: 'not run yet', before}
  return {reached: true, changedNothing: true as const, saw: says, before}
}
