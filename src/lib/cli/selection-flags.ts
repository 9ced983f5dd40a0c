import {readFile} from 'node:fs/promises'
import {text} from 'node:stream/consumers'
import {Args, Flags} from '@oclif/core'
import type {Choice} from '../inventory/fleet/select.js'
import type {Environment} from './environment.js'
import {UsageError} from './usage-error.js'

export const fleetFlag = Flags.string({
  summary: 'Fleet (default: the only one in the inventory)',
  helpValue: 'NAME',
})

export const cohortArg = Args.string({description: 'A named selection of the inventory; see also --where'})

/** Which hosts of a fleet; all parts together. */
export const selectionFlags = {
  fleet: fleetFlag,
  where: Flags.string({
    char: 'w',
    summary: "Hosts whose labels fit, such as 'country=SE and version<1.10 and not site in (a, b)'",
    helpValue: 'EXPR',
  }),
  hosts: Flags.string({summary: 'Hosts listed in a file, one id a line; - is stdin', helpValue: 'FILE'}),
  exclude: Flags.string({summary: 'Without the hosts whose labels fit', helpValue: 'EXPR'}),
  sample: Flags.integer({summary: 'N of them, drawn', min: 1, helpValue: 'N'}),
  seed: Flags.integer({summary: 'Draws others; equal seeds draw equal hosts', default: 1, min: 0}),
  limit: Flags.integer({summary: 'At most N of them, the first', min: 1, helpValue: 'N'}),
}

export interface SelectionFlags {
  where?: string | undefined
  hosts?: string | undefined
  exclude?: string | undefined
  sample?: number | undefined
  seed: number
  limit?: number | undefined
}

/** @throws UsageError when the file of hosts cannot be read or names nobody */
export async function choiceOf(
  cohort: string | undefined,
  flags: SelectionFlags,
  at: Environment,
): Promise<Choice> {
  return {
    cohort: cohort ?? null,
    where: flags.where ?? null,
    ids: flags.hosts === undefined ? null : await idsIn(flags.hosts, at),
    exclude: flags.exclude ?? null,
    sample: flags.sample ?? null,
    seed: flags.seed,
    limit: flags.limit ?? null,
  }
}

async function idsIn(file: string, {cwd}: Environment): Promise<string[]> {
  const {resolve} = await import('node:path')
  const content =
    file === '-'
      ? await text(process.stdin)
      : await readFile(resolve(cwd, file), 'utf8').catch((error: unknown) => {
          throw new UsageError(`--hosts ${file}: ${error instanceof Error ? error.message : error}`)
        })
  const ids = content
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
  if (ids.length === 0) throw new UsageError(`--hosts ${file} names no host`)
  return ids
}
