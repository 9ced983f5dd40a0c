import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach} from 'vitest'
import type {LabFleet} from '../../../src/lib/lab/fleet.js'
import type {SeenHost} from '../../../src/lib/lab/fleet-control.js'
import {restartsOf, runningFleet} from '../../lab/running-fleet.js'
import type {Place} from './operate.js'

/** A simulated fleet for the test file, and for each test a state directory. */
export interface Room {
  fleet(): LabFleet
  place(): Place
  /** Ids by their place in the inventory. */
  ids(from: number, to?: number): string[]
  /** Hosts by how often they were restarted. */
  restarts(): Promise<{[times: number]: number}>
  seen(id: string): Promise<SeenHost>
}

export function room(count: number): Room {
  const fleet = runningFleet(count)
  let stateDir = ''
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'rs-'))
  })
  afterEach(() => rm(stateDir, {recursive: true, force: true}))
  return {
    fleet,
    place: () => ({stateDir, inventoryFile: fleet().inventoryFile}),
    ids: (from, to = from + 1) =>
      fleet()
        .rows.slice(from, to)
        .map(({id}) => id),
    restarts: () => restartsOf(fleet()),
    seen: (id) => fleet().control.host(id),
  }
}
