import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll} from 'vitest'
import {type GuestOptions, type LabGuest, startGuest} from '../../src/lib/lab/systemd-guest.js'

/** Guests for the test file. */
export function runningGuests(options: Omit<GuestOptions, 'dir'>[]): (name: string) => LabGuest {
  const guests = new Map<string, LabGuest>()
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rg-'))
    for (const one of options) guests.set(one.name, await startGuest({...one, dir: join(dir, one.name)}))
  }, 300_000)
  afterAll(async () => {
    await Promise.all([...guests.values()].map((guest) => guest.stop()))
    await rm(dir, {recursive: true, force: true})
  })
  return (name) => {
    const guest = guests.get(name)
    if (!guest) throw new Error(`no guest ${name} runs`)
    return guest
  }
}

/** How the inventory reaches a guest as this user. */
export function sshOf(
  {host, port: usual, clientKeyFile, hostKeyLine}: LabGuest,
  user = 'root',
  port = String(usual),
): string {
  return `{host: ${host}, port: ${port}, user: ${user}, identity: [${clientKeyFile}], hostKey: "${hostKeyLine}", jump: []}`
}
