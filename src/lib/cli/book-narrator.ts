import type {BookCommand} from '../book/command.js'
import type {Part} from '../book/document.js'
import {fill} from '../book/fill.js'
import {type BookInput, documentOf} from '../book/runbook.js'
import type {Event} from '../engine/event.js'
import {paint} from '../report/paint.js'
import {type PlanEvent, renderPlan} from '../report/plan.js'
import {renderProse} from '../report/prose.js'
import type {Renderer, Screen} from '../report/renderer.js'
import {isBad} from '../report/states.js'
import {wrap} from '../report/wrap.js'

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
  /** What stands behind the last command. */
  tellEnd(): void
  say(lines: readonly string[]): void
}

/** Shows a document while it is carried out; each of its commands shows its own progress. */
export function bookNarrator({input, prose, done, undoes}: Narrated, screen: Screen): Narrator {
  const {document, commands} = documentOf(input)
  const colours = paint(screen.colour)
  const before = proseBefore(document.parts)
  const columns = () => Math.max(40, Math.min(screen.columns() || 80, 120))
  let running = false
  const say = (lines: readonly string[]) => {
    if (lines.length > 0) screen.write(`${lines.join('\n')}\n`)
  }
  const tellProse = (parts: readonly Part[]) => {
    const style = {width: columns(), colours, fill: (text: string) => fill(text, input.values)}
    for (const part of prose ? parts : [])
      if (part.kind === 'prose')
        say([
          '',
          ...renderProse(
            part.node,
            style,
            2 * Math.max(0, part.depth - 1) + (part.marker === '' && part.depth > 0 ? 3 : 0),
            part.marker,
          ),
        ])
  }
  const headed = (step: string, undo: boolean) => {
    const at = commands.findIndex(({id}) => id === step)
    const head = `${undo ? 'undo ' : ''}step ${step} of ${commands.length}: `
    say(['', ...wrap((commands[at] as BookCommand).says, columns(), head).map((line) => colours.bold(line))])
  }
  const tell = (step: string) => {
    tellProse(before.get(step) ?? [])
    headed(step, false)
  }
  return {
    say,
    tell,
    tellEnd: () => tellProse(before.get('') ?? []),
    emit(event) {
      if (event.type === 'plan')
        say(
          undoes
            ? ['', ...renderPlan(event, columns(), colours), '']
            : opening(event, columns()).map((line) => line),
        )
      else if (event.type === 'run') say(['', `run ${event.run}`])
      else if (event.type === 'start') {
        running = true
        if (event.undo || undoes) headed(event.step, true)
        else if (!done.has(event.step)) tell(event.step)
      } else if (event.type === 'end') {
        running = false
        say(ended(event, done, columns()))
      } else if (event.type === 'interrupted' && !running) say(wrap(event.says, columns(), '! '))
      else if (event.type === 'outcome' && event.outcome.verdict === 'done' && !undoes)
        tellProse(before.get('') ?? [])
    },
    close() {},
  }
}

/** The parts before each step, and under no name those behind the last one. */
function proseBefore(parts: readonly Part[]): Map<string, Part[]> {
  const before = new Map<string, Part[]>()
  let waiting: Part[] = []
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
  return before.set('', waiting)
}

function opening({view, findings}: PlanEvent, width: number): string[] {
  return [
    ...wrap(view.title, width),
    ...view.notes.flatMap((note) => wrap(note, width, '  ')),
    ...findings.filter(({level}) => level !== 'pass').flatMap(({saw}) => wrap(saw, width, '! ')),
  ]
}

/** What went well was shown by the command itself. */
function ended(
  {result, undo}: Extract<Event, {type: 'end'}>,
  done: ReadonlySet<string>,
  width: number,
): string[] {
  const {step, state, says, saw} = result
  if (done.has(step) && !undo && !isBad(state))
    return wrap(`${says}: ${saw}`, width, `step ${step} was done before: `)
  if (isBad(state) || state === 'skipped') return wrap(saw, width, `step ${step} ${state}: `)
  return []
}
