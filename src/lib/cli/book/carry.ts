import {resolve} from 'node:path'
import type {Config} from '@oclif/core'
import type {BookCommand} from '../../book/command.js'
import type {Outcome} from '../../engine/outcome.js'
import type {AnyRunbook} from '../../engine/runbook.js'
import type {Environment} from '../environment.js'
import {endOf} from '../errors.js'
import {endedEarly} from '../finish.js'
import type {ChangeFlags} from '../flags.js'
import {type Part, performQuietly} from '../perform.js'
import type {Asked, Within} from '../within.js'
import {findCommand, runFound} from './command.js'

/** What a command of a document is carried out with. */
export interface Carrying {
  /** Of the document; they hold for all of its commands. */
  flags: ChangeFlags
  config: Config
  at: Environment
  part?: Part
  show(lines: readonly string[]): void
  ended(outcome: Outcome): void
}

/** Runs one command of a document to its end, whatever that is. */
export async function runCommand(command: BookCommand, carrying: Carrying): Promise<Outcome> {
  const {config, show} = carrying
  const found = findCommand(config, command.argv)
  if (!found) throw new Error(`no command ${command.says}`)
  let ended: Outcome | undefined
  const within: Within = {
    async perform(runbook, asked, flags) {
      ended = await performPart(runbook, asked, flags, carrying)
      return ended
    },
    reading() {},
    answered(outcome) {
      ended = outcome
      carrying.ended(outcome)
    },
    show,
  }
  process.exitCode = 0
  try {
    await runFound(found, config, {...insideOf(carrying), within})
  } catch (error) {
    ended = endOf(error as Error, found.command.id)
    carrying.ended(ended)
  }
  return ended ?? shown(found.command.id)
}

/** Performs a run as a part of a document, and shows how it ended. */
export async function performPart(
  runbook: AnyRunbook,
  asked: Asked,
  flags: ChangeFlags,
  carrying: Carrying,
): Promise<Outcome> {
  const {config, part} = carrying
  const {performed} = await performQuietly(
    runbook,
    asked,
    passedOn(flags, carrying.flags),
    insideOf(carrying),
    config.version,
    part,
  )
  carrying.ended(performed.outcome)
  return performed.outcome
}

/** What a command printed; by its exit code it says whether it found something red. */
function shown(id: string): Outcome {
  const healthy = process.exitCode === 0
  const says = healthy ? 'it was shown' : 'it shows something unhealthy'
  return {...endedEarly('usage', id, says), verdict: healthy ? 'healthy' : 'unhealthy'}
}

/** The flags of a command, with those of the document that hold for all of its commands. */
function passedOn(own: ChangeFlags, book: ChangeFlags): ChangeFlags {
  return {
    ...own,
    inventory: undefined,
    json: book.json,
    'log-level': book['log-level'],
    'dry-run': book['dry-run'],
    progress: book.progress,
    'wait-lock': own['wait-lock'] || book['wait-lock'],
    announce: own.announce && book.announce,
    reason: own.reason ?? book.reason,
    ticket: own.ticket ?? book.ticket,
    yes: false,
    confirm: undefined,
  }
}

/** Commands find the inventory of the document where they look by themselves. */
export function insideOf({at, flags: {inventory}}: Pick<Carrying, 'at' | 'flags'>): Environment {
  return inventory === undefined
    ? at
    : {...at, env: {...at.env, REDEYE_INVENTORY: resolve(at.cwd, inventory)}}
}
