import type {Part} from '../../book/document.js'
import {fill} from '../../book/fill.js'
import {type BookInput, documentOf} from '../../book/runbook.js'
import type {Event} from '../../engine/event.js'
import {type Paint, paint} from '../../report/paint.js'
import {type PlanEvent, renderPlan} from '../../report/plan.js'
import {renderProse} from '../../report/prose.js'
import type {Renderer, Screen} from '../../report/renderer.js'
import {wrap} from '../../report/wrap.js'

type Prose = Extract<Part, {kind: 'prose'}>

export interface Narrated {
  input: BookInput
  /** Prose is for people: not in a pipe. */
  prose: boolean
  /** Steps that had ended well before this process: what they say was read then. */
  done: ReadonlySet<string>
  /** This run takes a document back: the plan is shown, and nothing is told again. */
  undoes: boolean
}

export interface Narrator extends Renderer {
  /** What stands before the command in the document, and the command. */
  tell(step: string): void
  /** Whether anything stood before it that was shown. */
  told(step: string): boolean
  /** What stands behind the last command. */
  tellEnd(): void
  say(lines: readonly string[]): void
}

/** Shows a document while it is carried out; each of its commands shows its own progress. */
export function bookNarrator({input, prose, done, undoes}: Narrated, screen: Screen): Narrator {
  const {document, commands} = documentOf(input)
  const colours = paint(screen.colour)
  const before = proseBefore(document.parts)
  const width = () => Math.max(40, Math.min(screen.columns() || 80, 120))

  const say = (lines: readonly string[]) => {
    if (lines.length > 0) screen.write(`${lines.join('\n')}\n`)
  }
  const tellProse = (step: string) => {
    const style = {width: width(), colours, fill: (text: string) => fill(text, input.values)}
    for (const {node, marker, depth} of prose ? (before.get(step) ?? []) : [])
      say(['', ...renderProse(node, style, indentOf(marker, depth), marker)])
  }
  const tellHead = (step: string, undo: boolean) => {
    const command = commands.find(({id}) => id === step)
    const head = `${undo ? 'undo ' : ''}step ${step} of ${commands.length}: `
    say(['', ...wrap(command?.says ?? '', width(), head).map((line) => colours.bold(line))])
  }
  const tell = (step: string) => {
    tellProse(step)
    tellHead(step, false)
  }
  return {
    say,
    tell,
    told: (step) => prose && (before.get(step) ?? []).length > 0,
    tellEnd: () => tellProse(END),
    emit(event) {
      if (event.type === 'plan')
        say(undoes ? ['', ...renderPlan(event, width(), colours), ''] : opening(event, width(), colours))
      else if (event.type === 'run') say(['', `run ${event.run}`])
      else if (event.type === 'start' && (event.undo || undoes)) tellHead(event.step, true)
      else if (event.type === 'start' && !done.has(event.step)) tell(event.step)
      else if (event.type === 'end') say(endOf(event, done, width()))
      else if (event.type === 'note' && !/^step \d+ (is run|only reads)/.test(event.says))
        say(wrap(event.says, width(), 'note: '))
      else if (event.type === 'outcome' && event.outcome.verdict === 'done' && !undoes) tellProse(END)
    },
    close() {},
  }
}

/** Of what stands behind the last command. */
const END = ''

/** Under the text of the item that it belongs to. */
function indentOf(marker: string, depth: number): number {
  return depth === 0 ? 0 : 3 * (depth - 1) + (marker === '' ? 3 : 0)
}

/** The parts before each step, and under no name those behind the last one. */
function proseBefore(parts: readonly Part[]): Map<string, Prose[]> {
  const before = new Map<string, Prose[]>()
  let waiting: Prose[] = []
  let number = 0
  for (const part of parts) {
    if (part.kind === 'prose') waiting.push(part)
    else
      for (const _ of part.commands) {
        number += 1
        before.set(String(number), waiting)
        waiting = []
      }
  }
  return before.set(END, waiting)
}

function opening({view, findings, dryRun}: PlanEvent, width: number, colours: Paint): string[] {
  return [
    ...wrap(view.title, width).map((line) => colours.bold(line)),
    ...view.notes.flatMap((note) => wrap(note, width, '  ')),
    ...findings.filter(({level}) => level !== 'pass').flatMap(({saw}) => wrap(saw, width, '! ')),
    ...(dryRun ? wrap(AS_NOW, width, '! DRY RUN: ').map((line) => colours.yellow(line)) : []),
  ]
}

const AS_NOW = 'nothing is changed, so each plan is made as if the steps before it had not been done'

/** How a command ended was shown by the command itself. */
function endOf(
  {result, undo}: Extract<Event, {type: 'end'}>,
  done: ReadonlySet<string>,
  width: number,
): string[] {
  const {step, state, says, saw} = result
  if (state === 'skipped') return wrap(saw, width, `step ${step} skipped: `)
  const well = state === 'changed' || state === 'already'
  return well && done.has(step) && !undo
    ? wrap(`${says}: ${saw}`, width, `step ${step} was done before: `)
    : []
}
