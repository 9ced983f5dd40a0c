import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {LabFleet} from '../../src/lib/lab/fleet.js'
import {restartsOf, runningFleet} from '../lab/running-fleet.js'
import {type Home, homeWith} from './home.js'

/** A simulated fleet for the test file, and for each test a home to run the built program in. */
export interface FleetDesk extends Home {
  fleet(): LabFleet
  /** A file in the home directory. */
  file(name: string, text: string): Promise<string>
  /** An inventory like that of the fleet, with another list of hosts. */
  inventory(hosts: string): Promise<string>
  /** Hosts by how often they were restarted. */
  restarts(): Promise<{[times: number]: number}>
}

export function fleetDesk(count: number): FleetDesk {
  const fleet = runningFleet(count)
  const home = homeWith(
    () => fleet().inventoryFile,
    async () => {},
  )
  const file: FleetDesk['file'] = async (name, text) => {
    await writeFile(join(home.home(), name), text, {mode: 0o600})
    return join(home.home(), name)
  }
  return {
    ...home,
    fleet,
    file,
    async inventory(hosts) {
      const list = await file('hosts.csv', hosts)
      const text = await readFile(fleet().inventoryFile, 'utf8')
      return await file('redeye.yaml', text.replace(fleet().hostsFile, list))
    },
    restarts: () => restartsOf(fleet()),
  }
}
