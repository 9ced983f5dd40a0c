import {setTimeout as sleep} from 'node:timers/promises'
import {keepUp, lookAt} from './breaking.js'
import {incidents, inForce, note} from './incidents.js'
import type {LabWhere} from './lab-record.js'

export type WatchInput = LabWhere & {id: number}

const EVERY_MS = 500
/** Once may be chance: a server between two states. */
const IN_A_ROW = 2
const KEEP_UP_MS = 1000

/** Notes when a trouble was seen to be over: the first of two looks in a row. Ends with the trouble. */
export async function watch({id, ...where}: WatchInput): Promise<void> {
  let inARow = 0
  let first = 0
  let keptUpAt = Date.now()
  for (;;) {
    const incident = (await incidents(where)).find((one) => one.id === id)
    if (!incident || !inForce(incident)) return
    if (Date.now() - keptUpAt > KEEP_UP_MS) {
      keptUpAt = Date.now()
      await keepUp(incident, where).catch(() => {})
    }
    const began = Date.now()
    inARow = (await lookAt(incident, where)).over ? inARow + 1 : 0
    if (inARow === 1) first = began
    if (inARow === IN_A_ROW) return await note(where, {kind: 'over', id, at: first})
    await sleep(EVERY_MS)
  }
}
