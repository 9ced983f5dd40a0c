import type {Column, Table} from '../engine/runbook.js'
import {clean} from '../text/clean.js'
import {displayWidth, pad, truncate} from './width.js'

const GAP = 2
/** Cells below which a column that gives way stops giving, as long as others still can. */
const FLOOR = 6

/** The heading and one line per row, none longer than `width` cells: padded columns, no borders, no colour. */
export function renderTable(table: Table, width: number): string[] {
  const grid = [table.columns.map((column) => clean(column.name)), ...table.rows.map((row) => row.map(clean))]
  const widths = fitted(table.columns, natural(table.columns, grid), width)
  return grid.map((row) => truncate(line(table.columns, row, widths), width))
}

function natural(columns: readonly Column[], grid: readonly string[][]): number[] {
  return columns.map((_, at) => grid.reduce((most, row) => Math.max(most, displayWidth(row[at] ?? '')), 1))
}

/** Takes from the columns marked `shrink` first, then from any, then below the floor: always the widest one. */
function fitted(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural]
  const all = columns.map((_, at) => at)
  const willing = all.filter((at) => columns[at]?.shrink)
  let excess = widths.reduce((sum, one) => sum + one, 0) + GAP * (columns.length - 1) - width
  for (const [places, floor] of [
    [willing, FLOOR],
    [all, FLOOR],
    [all, 1],
  ] as const)
    excess = take(widths, places, floor, excess)
  return widths
}

function take(widths: number[], places: readonly number[], floor: number, excess: number): number {
  let left = excess
  while (left > 0) {
    const widest = places.reduce(
      (most, at) => ((widths[at] ?? 0) > (widths[most] ?? 0) ? at : most),
      places[0] ?? -1,
    )
    const current = widths[widest] ?? 0
    if (current <= floor) break
    widths[widest] = current - 1
    left -= 1
  }
  return left
}

function line(columns: readonly Column[], row: readonly string[], widths: readonly number[]): string {
  return columns
    .map(({align}, at) => {
      const cells = widths[at] ?? 0
      return pad(truncate(row[at] ?? '', cells), cells, align)
    })
    .join(' '.repeat(GAP))
    .trimEnd()
}
