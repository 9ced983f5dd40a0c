import {mkdir, writeFile} from 'node:fs/promises'
import {
  killProcess,
  type LabProcess,
  type ProcessSpec,
  signalProcess,
  startProcess,
  stopProcess,
} from './process.js'
import {isAlive} from './process-identity.js'
import type {LabCertificates} from './redis-certificates.js'
import type {RedisPlace} from './redis-layout.js'
import {openResp, type RespReply} from './resp.js'

/** One real redis-server. `process` changes with every start; identity, place and data directory stay. */
export interface LabRedisNode {
  name: string
  machine: string
  host: string
  port: number
  busPort: number
  /** `host:port`, as the cluster announces it. */
  announced: string
  id: string
  process: LabProcess
  /** Sends one command as it is. Lists come back as lines, nil as nothing. @throws with the text of the server */
  ask(...args: string[]): Promise<string>
  alive(): Promise<boolean>
  /** SIGKILL. What was not replicated is gone: the lab's nodes save nothing. */
  kill(): Promise<void>
  stop(): Promise<void>
  /** Starts it again with the table it saved; nothing happens when it runs. */
  start(): Promise<void>
  /** SIGSTOP: connections are accepted and nothing is answered. */
  pause(): Promise<void>
  /** SIGCONT. */
  cont(): Promise<void>
}

export type RedisNodeOptions = {
  dir: string
  nodeTimeoutMs: number
  password?: string
  certificates?: LabCertificates
  extraConfig: string[]
  detached: boolean
  /** The program. */
  command: string
}

const ANSWER_MS = 5000

/** Writes what the node needs and starts it. @throws with the end of its log when it does not start */
export async function startRedisNode(
  place: RedisPlace,
  table: string,
  options: RedisNodeOptions,
): Promise<LabRedisNode> {
  const {name, machine, host, port, busPort, id} = place
  const home = `${options.dir}/${name}`
  const path = `${options.dir}/${name}.sock`
  await mkdir(home, {mode: 0o700})
  await writeFile(`${home}/nodes.conf`, table, {mode: 0o600})
  await writeFile(`${home}/redis.conf`, config(place, home, path, options), {mode: 0o600})
  const spec: ProcessSpec = {
    name,
    command: options.command,
    args: [`${home}/redis.conf`],
    log: `${options.dir}/${name}.log`,
    ready: {path},
  }
  const {detached, password} = options
  const node: LabRedisNode = {
    name,
    machine,
    host,
    port,
    busPort,
    announced: `${host}:${port}`,
    id,
    process: await startProcess(spec, {detached}),
    ask: (...args) => askNode(path, args, password),
    alive: () => isAlive(node.process),
    kill: () => killProcess(node.process),
    async stop() {
      await node.cont()
      await stopProcess(node.process)
    },
    async start() {
      if (!(await isAlive(node.process))) node.process = await startProcess(spec, {detached})
    },
    async pause() {
      await signalProcess(node.process, 'SIGSTOP')
    },
    async cont() {
      await signalProcess(node.process, 'SIGCONT')
    },
  }
  return node
}

/** Redis 7. The socket is the lab's own way in, whatever the port wants. */
function config(
  {host, port, busPort}: RedisPlace,
  home: string,
  socket: string,
  {nodeTimeoutMs, password, certificates, extraConfig}: RedisNodeOptions,
): string {
  const secret = password === undefined ? [] : [`requirepass ${password}`, `masterauth ${password}`]
  const listen = certificates
    ? [
        'port 0',
        `tls-port ${port}`,
        `tls-ca-cert-file ${certificates.ca}`,
        `tls-cert-file ${certificates.cert}`,
        `tls-key-file ${certificates.key}`,
        'tls-cluster yes',
        'tls-replication yes',
      ]
    : [`port ${port}`]
  return [
    `bind ${host}`,
    // Peers know a node by the address its connections come from.
    `bind-source-addr ${host}`,
    // It takes 127.0.0.1 alone for its own machine.
    'protected-mode no',
    ...listen,
    `cluster-port ${busPort}`,
    `unixsocket ${socket}`,
    'unixsocketperm 700',
    `dir ${home}`,
    'cluster-enabled yes',
    'cluster-config-file nodes.conf',
    `cluster-node-timeout ${nodeTimeoutMs}`,
    'appendonly no',
    'save ""',
    'shutdown-timeout 0',
    'repl-diskless-sync-delay 0',
    ...secret,
    ...extraConfig,
    '',
  ].join('\n')
}

/** By the socket that is the lab's own way in. @throws with the text of the server */
export async function askNode(path: string, args: string[], password?: string): Promise<string> {
  const resp = await openResp({path, timeoutMs: ANSWER_MS, ...(password !== undefined && {password})})
  try {
    return textOf(await resp.send(args))
  } finally {
    resp.close()
  }
}

function textOf(reply: RespReply): string {
  if (Array.isArray(reply)) return reply.map(textOf).join('\n')
  return reply === null ? '' : String(reply)
}
