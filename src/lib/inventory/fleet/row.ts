import type {Labels} from '../selection/match.js'

/** A row of a list, with where it stands: `line 17`, `host rx-00017`. */
export type Row = {where: string; labels: Labels}

/** A list as rows, and what could not be read of it. */
export type Read = {rows: Row[]; problems: string[]}

/** What is no plain value (a list, an object) is no label and is left out. */
export function texts(value: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]): [string, string][] =>
      ['string', 'number', 'boolean'].includes(typeof one) ? [[key, String(one)]] : [],
    ),
  )
}
