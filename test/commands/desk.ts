import {join} from 'node:path'
import {beforeAll, expect} from 'vitest'
import type {HaproxyLab, HaproxyLabOptions} from '../../src/lib/lab/haproxy-lab.js'
import {runningLab} from '../lab/running-lab.js'
import {restorer, type States, states} from '../runbooks/haproxy/states.js'
import {type Home, homeEnv, homeWith} from './home.js'

/**
 * A lab for the test file, and for each test a home and a state directory to run the built program in. Whatever was
 * started is ended after the test, and every server is put back.
 */
export interface Desk extends Home {
  lab(): HaproxyLab
  env(): NodeJS.ProcessEnv
  /** `$XDG_STATE_HOME/redeye`. */
  stateDir(): string
  /** Every server as it was before the tests. */
  unchanged(): Promise<void>
}

export function desk(options: Omit<HaproxyLabOptions, 'dir'> = {}): Desk {
  const lab = runningLab(options)
  let before: States = {}
  let restore = async () => {}

  beforeAll(async () => {
    restore = await restorer(lab())
    before = await states(lab())
  })
  const home = homeWith(
    () => lab().inventoryFile,
    () => restore(),
  )
  return {
    lab,
    ...home,
    env: () => ({...homeEnv(home.home()), REDEYE_INVENTORY: lab().inventoryFile}),
    stateDir: () => join(home.home(), 'state', 'redeye'),
    unchanged: async () => expect(await states(lab())).toEqual(before),
  }
}
