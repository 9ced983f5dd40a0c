import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach} from 'vitest'
import {type LabFleet, startFleet} from '../../src/lib/lab/fleet.js'

/** A simulated fleet for the whole test file; before each test every host behaves and has forgotten. */
export function runningFleet(count: number): () => LabFleet {
  let fleet: LabFleet | undefined
  let dir = ''
  const up = () => {
    if (!fleet) throw new Error('the fleet is not up')
    return fleet
  }
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rf-'))
    fleet = await startFleet({dir, count})
  })
  afterAll(async () => {
    await fleet?.stop()
    await rm(dir, {recursive: true, force: true})
  })
  beforeEach(async () => {
    await up().control.behave([], {})
    await up().control.boot([])
    await up().control.forget()
  })
  return up
}

/** Hosts by how often they were restarted. */
export async function restartsOf(fleet: LabFleet): Promise<{[times: number]: number}> {
  const times: {[times: number]: number} = {}
  for (const {restarts} of await fleet.control.hosts()) times[restarts] = (times[restarts] ?? 0) + 1
  return times
}
