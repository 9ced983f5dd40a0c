import {startDetachedAws} from './aws-detached.js'
import {startAzureLab} from './azure-lab.js'
import {startFleet} from './fleet.js'
import {spoil} from './fleet-trouble.js'
import {loadUrls, startHaproxyLab} from './haproxy-lab.js'
import type {LabPartName} from './lab-record.js'
import type {LoadStats} from './load.js'
import type {LabProcess, ProcessSpec} from './process.js'
import {programSpec} from './program.js'
import {startRedisLab} from './redis-lab.js'
import type {RedisLoadStats} from './redis-load.js'
import {lineFileOf} from './time-line.js'
import {furnishEstate} from './vsphere-estate.js'
import {startVsphereLab} from './vsphere-lab.js'

/** What the load client of each part writes; `checked` and `lost` come at its end, when it has read everything back. */
export interface LabLoad {
  haproxy: LoadStats
  redis: RedisLoadStats & {checked?: number; lost?: number}
  /** Nobody signs in to these but us. */
  vsphere: never
  receivers: never
  /** A resource manager, and nobody behind it. */
  azure: never
  aws: never
}

export type LabStartOptions = {
  clients?: number
  paceMs?: number
  /** haproxy: time the applications take for an answer. */
  latencyMs?: number
  /** haproxy: the program, when it is not in PATH. */
  haproxy?: string
  /** redis: `cluster-node-timeout`; a node can be elected again after four of them. */
  nodeTimeoutMs?: number
  /** receivers: hosts. */
  count?: number
}

/** A lab whose processes outlive this one, and the load client that is still to be started, if it has one. */
export interface DetachedLab {
  inventoryFile: string
  processes(): LabProcess[]
  stop(): Promise<void>
  /** Of a simulator. */
  control?: string
  client?: ProcessSpec
}

type Start = (dir: string, loadFile: string, options: LabStartOptions) => Promise<DetachedLab>

export const START: Readonly<Record<LabPartName, Start>> = {
  /** Two instances, four applications. */
  async haproxy(dir, statsFile, {latencyMs, haproxy, clients = 20, paceMs = 50}) {
    const lab = await startHaproxyLab({
      dir,
      scope: 'tour',
      detached: true,
      ...(latencyMs !== undefined && {latencyMs}),
      ...(haproxy !== undefined && {haproxy}),
    })
    const urls = loadUrls(lab.instances, '/')
    const input = {urls, clients, paceMs, timeoutMs: IMPATIENT_MS, statsFile, lineFile: lineFileOf(dir)}
    return {...lab, client: programSpec('load-client', input, clientOf(dir))}
  },
  /** Three masters and three replicas on three machines. */
  async redis(dir, statsFile, {nodeTimeoutMs = 2000, clients = 12, paceMs = 20}) {
    const lab = await startRedisLab({dir, nodeTimeoutMs, detached: true})
    const nodes = lab.nodes.map(({host, port}) => ({host, port}))
    const input = {nodes, clients, paceMs, keysPerClient: KEYS, statsFile, lineFile: lineFileOf(dir)}
    return {...lab, client: programSpec('redis-load', input, clientOf(dir))}
  },
  /** Two clusters, one that DRS looks after and one that nobody does. */
  async vsphere(dir) {
    const lab = await startVsphereLab({dir, clusters: 2, hosts: 4, vms: 12, detached: true})
    try {
      await furnishEstate(lab.control)
      return {...lab, control: lab.controlUrl}
    } catch (error) {
      await lab.stop()
      throw error
    }
  },
  /** Many small hosts, of which some are always away. */
  async receivers(dir, _statsFile, {count = 100}) {
    const lab = await startFleet({dir, count, detached: true})
    await spoil(lab)
    return {...lab, control: lab.controlUrl}
  },
  /** Two web servers, a database, a batch machine, and two scale sets; operations take a few seconds. */
  async azure(dir) {
    const lab = await startAzureLab({dir, detached: true, poll: '1s'})
    await lab.control.set({operationMs: 4000, agentMs: 2000})
    return {...lab, control: lab.url}
  },
  /** Instances behind a load balancer, each with another trouble. */
  aws: startDetachedAws,
}

/** Clients of a tour do not wait as long as those of a test. */
const IMPATIENT_MS = 5000

/** A lab may stay up for days: the data stays small. */
const KEYS = 1000

function clientOf(dir: string): Pick<ProcessSpec, 'name' | 'log'> {
  return {name: 'load', log: `${dir}/load.log`}
}
