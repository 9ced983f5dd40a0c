import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, vi} from 'vitest'
import type {LabFleet} from '../../src/lib/lab/fleet.js'
import {restartsOf, runningFleet} from '../lab/running-fleet.js'
import {homeEnv} from './desk.js'
import {type Ended, type How, LIMIT_MS, type Running, startRedeye} from './redeye.js'

/** A simulated fleet for the test file, and for each test a home to run the built program in. */
export interface FleetDesk {
  fleet(): LabFleet
  home(): string
  begin(args: string | readonly string[], how?: How): Running
  redeye(args: string | readonly string[], how?: How): Promise<Ended>
  /** Ids of the runs that have a directory, oldest first. */
  runs(): Promise<string[]>
  /** A file in the home directory. */
  file(name: string, text: string): Promise<string>
  /** An inventory like that of the fleet, with another list of hosts. */
  inventory(hosts: string): Promise<string>
  /** Hosts by how often they were restarted. */
  restarts(): Promise<{[times: number]: number}>
}

export function fleetDesk(count: number): FleetDesk {
  vi.setConfig({testTimeout: 2 * LIMIT_MS})
  const running: Running[] = []
  const fleet = runningFleet(count)
  let home = ''
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'rc-'))
  })
  afterEach(async () => {
    for (const {child} of running) child.kill('SIGKILL')
    await Promise.all(running.splice(0).map((one) => one.ended))
    await rm(home, {recursive: true, force: true})
  })
  const begin: FleetDesk['begin'] = (args, how) => {
    const one = startRedeye(args, {...homeEnv(home), REDEYE_INVENTORY: fleet().inventoryFile}, how)
    running.push(one)
    return one
  }
  const file: FleetDesk['file'] = async (name, text) => {
    await writeFile(join(home, name), text, {mode: 0o600})
    return join(home, name)
  }
  return {
    fleet,
    home: () => home,
    begin,
    redeye: (args, how) => begin(args, how).ended,
    runs: () => readdir(join(home, 'state', 'redeye', 'runs')).catch(() => []),
    file,
    async inventory(hosts) {
      const list = await file('hosts.csv', hosts)
      const text = await readFile(fleet().inventoryFile, 'utf8')
      const elsewhere = text.replace('hosts.csv', list).replace('receivers.keys', fleet().keysFile)
      return await file('redeye.yaml', elsewhere)
    },
    restarts: () => restartsOf(fleet()),
  }
}
