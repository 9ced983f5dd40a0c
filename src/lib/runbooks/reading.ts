import type {Json} from '../engine/json.js'
import type {Table} from '../engine/runbook.js'

/** What a read-only command shows: tables, what needs attention, and the same for programs. */
export interface Reading {
  tables: Table[]
  notes: string[]
  json: Json
}
