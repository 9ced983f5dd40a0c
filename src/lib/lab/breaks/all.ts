import {appHang} from './app-hang.js'
import {appSlow} from './app-slow.js'
import {azureAgent} from './azure-agent.js'
import type {Break} from './break.js'
import {crashLoop} from './crash-loop.js'
import {queue} from './queue.js'
import {redisMaster} from './redis-master.js'
import {vsphereHost} from './vsphere-host.js'
import {vsphereSession} from './vsphere-session.js'

/** In the order in which they are listed. */
export const BREAKS: readonly Break[] = [
  appHang,
  appSlow,
  queue,
  redisMaster,
  crashLoop,
  vsphereHost,
  vsphereSession,
  azureAgent,
]

export function breakNamed(name: string): Break | undefined {
  return BREAKS.find((one) => one.name === name)
}
