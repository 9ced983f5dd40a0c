import {writeFile} from 'node:fs/promises'
import type {SeenHost} from './fleet-control.js'

export type FleetRow = {
  id: string
  address: string
  port: number
  country: string
  site: string
  model: string
  version: string
  ring: string
}

export type FleetWorld = {
  rows: FleetRow[]
  /** `redeye.yaml`, with the target `world`. */
  inventoryFile: string
  hostsFile: string
  /** The pinned host keys. */
  keysFile: string
}

const COUNTRIES = ['SE', 'DE', 'FR', 'ES', 'GB', 'US', 'BR', 'ZA', 'AU', 'NO']
const MODELS = ['pi3b', 'pi4b', 'pi5']
const VERSIONS = ['2.9.4', '2.10.0', '2.10.1']
const HOSTS_PER_SITE = 4

/** The first of them are the canary, the next the early ring. */
const CANARIES = 3

/** Writes what redeye needs to operate a simulated fleet into a directory. */
export async function writeFleetWorld(
  dir: string,
  fleet: {hosts: readonly SeenHost[]; port: number; user: string; unit: string; keyFile: string},
): Promise<FleetWorld> {
  const rows = fleet.hosts.map((host, at) => row(host, at, fleet.port))
  const world = {
    rows,
    inventoryFile: `${dir}/redeye.yaml`,
    hostsFile: `${dir}/hosts.csv`,
    keysFile: `${dir}/receivers.keys`,
  }
  const pins = fleet.hosts.map(({id, hostKey}) => `[${id}]:${fleet.port} ${hostKey}\n`)
  await Promise.all([
    writeFile(world.hostsFile, csv(rows)),
    writeFile(world.keysFile, pins.join(''), {mode: 0o600}),
    writeFile(world.inventoryFile, inventory(fleet, world), {mode: 0o600}),
  ])
  return world
}

function row({id, address}: SeenHost, at: number, port: number): FleetRow {
  const site = Math.floor(at / HOSTS_PER_SITE)
  return {
    id,
    address,
    port,
    country: COUNTRIES[site % COUNTRIES.length] ?? '',
    site: `site-${String(site).padStart(4, '0')}`,
    model: MODELS[at % MODELS.length] ?? '',
    version: VERSIONS[Math.floor(at / 7) % VERSIONS.length] ?? '',
    ring: at < CANARIES ? 'canary' : at % 10 === 3 ? 'early' : 'broad',
  }
}

function csv(rows: readonly FleetRow[]): string {
  const columns = ['id', 'address', 'port', 'country', 'site', 'model', 'version', 'ring'] as const
  const lines = rows.map((one) => columns.map((column) => one[column]).join(','))
  return `${[columns.join(','), ...lines].join('\n')}\n`
}

/** JSON strings are YAML strings. Paths are whole, so that the text can be part of another file. */
function inventory(
  {user, unit, keyFile}: {user: string; unit: string; keyFile: string},
  {hostsFile, keysFile}: Pick<FleetWorld, 'hostsFile' | 'keysFile'>,
): string {
  return [
    'receivers:',
    '  world:',
    `    hosts: {file: ${JSON.stringify(hostsFile)}}`,
    `    user: ${JSON.stringify(user)}`,
    `    identity: [${JSON.stringify(keyFile)}]`,
    `    keys: ${JSON.stringify(keysFile)}`,
    `    service: ${JSON.stringify(unit)}`,
    '    cohorts:',
    '      canary: ring=canary',
    '      early: ring=early',
    '      all: ring in (canary,early,broad)',
    '',
  ].join('\n')
}
