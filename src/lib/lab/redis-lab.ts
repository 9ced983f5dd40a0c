import {mkdir, readFile, writeFile} from 'node:fs/promises'
import type {LabProcess} from './process.js'
import {makeCertificates} from './redis-certificates.js'
import {layOut, nodesConf, type RedisLayout, type RedisPlace} from './redis-layout.js'
import {type RedisLoad, type RedisLoadInput, startRedisLoad} from './redis-load.js'
import {type LabRedisNode, type RedisNodeOptions, startRedisNode} from './redis-node.js'
import {restoreRoles} from './redis-roles.js'
import {settled} from './redis-view.js'
import {stopTogether} from './stop-together.js'

export interface RedisLab {
  dir: string
  /** A ready `redeye.yaml`: the target `orders` with all nodes as seeds, and their machines. */
  inventoryFile: string
  /** `n1`, `n2` ...: those that are masters at the start come first. */
  nodes: LabRedisNode[]
  /** Starts writers over all shards: 20 with a pause of 1 ms unless said. */
  load(options?: Partial<Omit<RedisLoadInput, 'nodes' | 'password' | 'tls'>>): Promise<RedisLoad>
  /** Waits until every node runs, all agree and reach each other, and every replica is in sync. */
  settled(): Promise<void>
  /** As at the start, for the next test: dead nodes run, roles are back, and no node has an election behind it. */
  restore(): Promise<void>
  /** The processes as they are now. */
  processes(): LabProcess[]
  stop(): Promise<void>
}

export type RedisLabOptions = Partial<RedisLayout> & {
  /** Directory for everything the lab writes; a short path, because socket paths end at 107 bytes. */
  dir: string
  /** `cluster-node-timeout`; 1000 unless said. */
  nodeTimeoutMs?: number
  /** TLS only, with a private authority and client certificates. Needs openssl. */
  tls?: boolean
  /** For clients and replicas alike. */
  password?: string
  /** Lines of redis.conf, for every node. */
  extraConfig?: string[]
  /** The processes outlive this one. */
  detached?: boolean
  /** The program, when it is not in PATH. */
  command?: string
}

const SETTLE_MS = 60_000

/** A real Redis Cluster on loopback addresses, one for each machine; returns when it has settled. */
export async function startRedisLab(options: RedisLabOptions): Promise<RedisLab> {
  const {dir, masters = 3, replicasPer = 1, layout = 'spread', password} = options
  await mkdir(dir, {recursive: true, mode: 0o700})
  const certificates = options.tls ? await makeCertificates(dir) : undefined
  const places = await layOut({masters, replicasPer, layout})
  const settings: RedisNodeOptions = {
    dir,
    nodeTimeoutMs: options.nodeTimeoutMs ?? 1000,
    extraConfig: options.extraConfig ?? [],
    detached: options.detached ?? false,
    command: options.command ?? 'redis-server',
    ...(password !== undefined && {password}),
    ...(certificates && {certificates}),
  }
  const {keep, stop} = stopTogether()
  try {
    const nodes = await Promise.all(
      places.map((place) => keep(startRedisNode(place, nodesConf(places, place), settings))),
    )
    await settled(nodes, SETTLE_MS)
    const inventoryFile = await writeInventory(places, settings)
    const signIn = await clientSignIn(settings)
    return {
      dir,
      inventoryFile,
      nodes,
      load: (more) => startRedisLoad({...signIn, nodes: addresses(places), clients: 20, paceMs: 1, ...more}),
      settled: () => settled(nodes, SETTLE_MS),
      restore: () => restoreRoles(nodes, places, settings.nodeTimeoutMs),
      processes: () => nodes.map((one) => one.process),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function addresses(places: readonly RedisPlace[]): {host: string; port: number}[] {
  return places.map(({host, port}) => ({host, port}))
}

async function clientSignIn({password, certificates}: RedisNodeOptions) {
  const read = (path: string) => readFile(path, 'utf8')
  const tls = certificates && {
    ca: await read(certificates.ca),
    cert: await read(certificates.cert),
    key: await read(certificates.key),
    servername: certificates.servername,
  }
  return {...(password !== undefined && {password}), ...(tls && {tls})}
}

async function writeInventory(
  places: readonly RedisPlace[],
  {dir, password, certificates}: RedisNodeOptions,
): Promise<string> {
  if (password !== undefined) await writeFile(`${dir}/password`, `${password}\n`, {mode: 0o600})
  const machines = [...new Set(places.map((place) => place.machine))].sort()
  const list = (some: readonly RedisPlace[]) => some.map(({host, port}) => `${host}:${port}`).join(', ')
  const lines = [
    'redis:',
    '  orders:',
    `    seeds: [${list(places)}]`,
    ...(password === undefined ? [] : [`    password: {file: ${dir}/password}`]),
    ...(certificates
      ? ['    tls:', ...Object.entries(certificates).map(([key, value]) => `      ${key}: ${value}`)]
      : []),
    '    machines:',
    ...machines.map((name) => `      ${name}: [${list(places.filter((one) => one.machine === name))}]`),
    '',
  ]
  const file = `${dir}/redeye.yaml`
  await writeFile(file, lines.join('\n'), {mode: 0o600})
  return file
}
