import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach} from 'vitest'
import type {GuestOptions, LabGuest} from '../../../src/lib/lab/systemd-guest.js'
import {runningGuests, sshOf} from '../../lab/running-guest.js'
import type {Place} from '../receivers/operate.js'

/** Guests for the test file, and for each test a state directory with an inventory. */
export interface Room {
  guest(name: string): LabGuest
  place(): Place
  /** A property of a unit, as its systemd says. */
  property(guest: string, unit: string, name: keyof Properties): Promise<string>
  /** How often a unit of the guest that counts its starts was started. */
  starts(guest: string, unit: string): Promise<number>
}
type Properties = {InvocationID: 1; ActiveState: 1; MainPID: 1; Result: 1; Environment: 1}

/** @param hosts names of hosts by group: each is a guest, who signs in, and another port: `a ops 2222` */
export function room(
  guests: Omit<GuestOptions, 'dir'>[],
  groups: {[group: string]: {[host: string]: string}},
  more = '',
): Room {
  const guest = runningGuests(guests)
  let stateDir = ''
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'rs-'))
    await writeFile(join(stateDir, 'redeye.yaml'), inventoryOf(groups, guest, more), {mode: 0o600})
  })
  afterEach(() => rm(stateDir, {recursive: true, force: true}))
  return {
    guest,
    place: () => ({stateDir, inventoryFile: join(stateDir, 'redeye.yaml')}),
    property: async (name, unit, property) =>
      (await guest(name).run(`systemctl show --value -p ${property} ${unit}`)).trim(),
    starts: async (name, unit) =>
      Number(await guest(name).run(`cat /var/lib/lab/${unit} 2>/dev/null | wc -l`)),
  }
}

export function inventoryOf(
  groups: {[group: string]: {[host: string]: string}},
  guest: (name: string) => LabGuest,
  more = '',
): string {
  const lines = Object.entries(groups).flatMap(([group, hosts]) => [
    `  ${group}:`,
    '    hosts:',
    ...Object.entries(hosts).map(([host, at]) => {
      const [name = '', user, port] = at.split(' ')
      return `      - {name: ${host}, ssh: ${sshOf(guest(name), user, port)}}`
    }),
  ])
  return `linux:\n${lines.join('\n')}\n${more}`
}
