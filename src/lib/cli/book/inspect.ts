import type {Config} from '@oclif/core'
import type {BookCommand} from '../../book/command.js'
import type {Problem} from '../../book/problem.js'
import type {CommandFacts} from '../../book/runbook.js'
import {checkInput} from '../../engine/prepare.js'
import {suggest} from '../../inventory/suggest.js'
import type {Environment} from '../environment.js'
import {endOf} from '../errors.js'
import type {Within} from '../within.js'
import {type Carrying, insideOf} from './carry.js'
import {type Found, findCommand, problemOf, runFound} from './command.js'

/** Ends a command where it would begin to do something. */
class Inspected extends Error {
  constructor(readonly facts: Omit<CommandFacts, 'id'>) {
    super('inspected')
  }
}

const READS: Omit<CommandFacts, 'id'> = {runbook: '', effect: 'read', subject: '', locks: []}

const inspector: Within = {
  async perform(runbook, {input}, {override = []}) {
    const checked = checkInput(runbook, input)
    const effect = runbook.effect(checked)
    throw new Inspected({
      runbook: runbook.id,
      // An overridden guard asks as hard as a disruption.
      effect: effect === 'change' && override.length > 0 ? 'disrupt' : effect,
      subject: runbook.subject(checked),
      locks: runbook.locks(checked),
    })
  },
  reading() {
    throw new Inspected(READS)
  },
  answered() {},
  show() {},
}

/** Parses every command and finds its target, up to where it would contact it. */
export async function inspectCommands(
  commands: readonly BookCommand[],
  {config, at, flags}: Pick<Carrying, 'config' | 'at' | 'flags'>,
): Promise<{facts: CommandFacts[]; problems: Problem[]}> {
  const facts: CommandFacts[] = []
  const problems: Problem[] = []
  for (const command of commands) {
    const found = findCommand(config, command.argv)
    if (!found) throw new Error(`no command ${command.says}`)
    const seen = await inspect(found, config, insideOf({at, flags}))
    if ('says' in seen) problems.push(problemOf(command, worded(seen.says, found)))
    else facts.push({id: command.id, ...seen})
  }
  return {facts, problems}
}

async function inspect(
  found: Found,
  config: Config,
  at: Environment,
): Promise<Omit<CommandFacts, 'id'> | {says: string}> {
  try {
    await runFound(found, config, {...at, within: inspector})
    return READS
  } catch (error) {
    if (error instanceof Inspected) return error.facts
    const {verdict, says, because} = endOf(error as Error, found.command.id)
    if (verdict === 'bug') throw error
    return {says: [says, ...because].join('; ')}
  }
}

function worded(says: string, {command}: Found): string {
  const [, flag] = /^Nonexistent flags?: (--?[\w-]+)/.exec(says) ?? []
  if (!flag) return says
  const near = suggest(flag.replace(/^-+/, ''), Object.keys(command.flags))
  return `redeye ${command.id.replaceAll(':', ' ')} has no flag ${flag}${near ? `; did you mean --${near}?` : ''}`
}
