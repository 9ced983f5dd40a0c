import type {Break} from './break.js'
import {controlOf, isEvacuated, servingHost} from './vsphere-hosts.js'

/** Twice within a minute would be a vCenter that is ill, and redeye says so instead of going on. */
const EVERY_MS = 70_000
/** So that a look every second finds a move that is under way. */
const MOVE_MS = 4000
/** By this process: the one that watches. */
let endedAt = 0

export const vsphereSession: Break = {
  name: 'vsphere-session',
  part: 'vsphere',
  says: 'sessions expire in the middle',
  cure: 'vsphere host evacuate',
  hint: 'Redeye signs in again and goes on where it was, and a relocation that had been started goes on without it. The task is over once the host is evacuated.',
  practise: () => [
    'redeye vsphere status',
    'redeye vsphere host evacuate HOST --dry-run',
    'redeye vsphere host evacuate HOST',
  ],
  async break(lab) {
    const control = controlOf(lab.record)
    const host = await servingHost(lab)
    const {relocateMs} = await control.pace({})
    await control.pace({relocateMs: Math.max(relocateMs, MOVE_MS)})
    return {host, relocateMs}
  },
  task: ({host}) => `evacuate ${host} meanwhile`,
  look: (lab, {host}) => isEvacuated(lab, String(host)),
  async keepUp({record}) {
    const control = controlOf(record)
    const {moves} = await control.moves()
    const underWay = moves.some(({outcome}) => outcome === 'running')
    if (!underWay || Date.now() - endedAt < EVERY_MS) return
    endedAt = Date.now()
    await control.endSessions()
  },
  async mend({record}, {host, relocateMs}) {
    const control = controlOf(record)
    await control.pace({relocateMs: Number(relocateMs)})
    await control.host({host: String(host), inMaintenance: false})
  },
}
