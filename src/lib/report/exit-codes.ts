import type {Verdict} from '../engine/outcome.js'
import {renderTable} from './table.js'

export interface ExitCode {
  code: number
  means: string
  /** Whether the target was changed, as far as the code alone tells. */
  changed: string
}

/** DESIGN section 4. */
export const EXIT_CODES: readonly ExitCode[] = [
  {code: 0, means: 'done, nothing to do, the plan would pass, or healthy', changed: 'as said'},
  {code: 1, means: 'a bug in redeye', changed: 'unknown'},
  {code: 2, means: 'usage or inventory error', changed: 'no'},
  {code: 3, means: 'refused by a guard', changed: 'no'},
  {code: 4, means: 'not confirmed', changed: 'no'},
  {code: 5, means: 'failed, and undone', changed: 'as before'},
  {code: 6, means: 'failed, and left part-way: look', changed: 'yes'},
  {code: 7, means: 'failed, and the undo failed too: look now', changed: 'yes'},
  {code: 8, means: 'interrupted, resumable', changed: 'maybe'},
  {code: 9, means: 'locked by another run', changed: 'no'},
  {code: 10, means: 'could not reach the target or sign in, before any change', changed: 'no'},
  {code: 11, means: 'finished; some targets failed within the budget', changed: 'yes'},
  {code: 12, means: 'the saved plan no longer fits', changed: 'no'},
  {code: 13, means: 'a check found something unhealthy', changed: 'no'},
]

const CODE_OF: Readonly<Record<Verdict, number>> = {
  done: 0,
  nothing: 0,
  planned: 0,
  healthy: 0,
  bug: 1,
  usage: 2,
  refused: 3,
  declined: 4,
  undone: 5,
  partial: 6,
  'undo-failed': 7,
  interrupted: 8,
  locked: 9,
  unreachable: 10,
  tolerated: 11,
  drifted: 12,
  unhealthy: 13,
}

export const VERDICTS = Object.keys(CODE_OF) as Verdict[]

/** The one map from how a run ended to the process's exit code. */
export function exitCode(verdict: Verdict): number {
  return CODE_OF[verdict]
}

/** For `redeye help exit-codes`: lines of at most `width` cells. */
export function exitCodesText(width = 80): string[] {
  const rows = EXIT_CODES.map(({code, means, changed}) => [String(code), means, changed])
  return renderTable(
    {
      columns: [{name: 'exit', align: 'right'}, {name: 'meaning', shrink: true}, {name: 'changed?'}],
      rows,
    },
    width,
  )
}

export function exitCodesMarkdown(): string {
  const rows = EXIT_CODES.map(({code, means, changed}) => `| ${code} | ${means} | ${changed} |`)
  return ['| exit | meaning | changed? |', '|---|---|---|', ...rows, ''].join('\n')
}
