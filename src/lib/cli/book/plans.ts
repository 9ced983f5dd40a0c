import type {BookCommand} from '../../book/command.js'
import type {Outcome} from '../../engine/outcome.js'
import {exitCode} from '../../report/exit-codes.js'
import {type Carrying, runCommand} from './carry.js'

/** How planning a command ended. */
export interface Planned {
  command: BookCommand
  outcome: Outcome
}

/** Makes the plan of every command, as if none had been run before it, and runs those that only read. */
export async function planAll(
  commands: readonly BookCommand[],
  carrying: Carrying,
  before: (command: BookCommand) => void = () => {},
): Promise<Planned[]> {
  const planned: Planned[] = []
  for (const command of commands) {
    before(command)
    planned.push({command, outcome: await runCommand(command, carrying)})
  }
  return planned
}

export function wouldNotGo({outcome}: Planned): boolean {
  return exitCode(outcome.verdict) !== 0
}
