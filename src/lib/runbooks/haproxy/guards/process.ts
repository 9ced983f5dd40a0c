import type {Finding} from '../../../engine/runbook.js'
import type {Facts} from '../facts.js'

/** Changing servers takes a socket of level admin; a lower one would refuse half-way through the group. */
export function level({instances}: Facts): Finding {
  const low = instances.filter((one) => one.snapshot && one.snapshot.level !== 'admin')
  if (low.length === 0) return {id: 'level', level: 'pass', saw: 'every socket has level admin'}
  return {
    id: 'level',
    level: 'refuse',
    saw: low.map((one) => `${one.name}: ${one.where} has level ${one.snapshot?.level}`).join('; '),
    clear: "use the socket declared with 'level admin' in haproxy.cfg ('show cli sockets' lists them)",
  }
}

/** A process on its way out, or one of several behind one socket, does not stand for the instance. */
export function runningProcess({instances}: Facts): Finding {
  const bad = instances.flatMap(({name, snapshot}) => {
    if (snapshot?.stopping) return [`${name}: process ${snapshot.pid} is stopping after a reload`]
    if (snapshot && snapshot.nbproc > 1) return [`${name}: one of ${snapshot.nbproc} processes (nbproc)`]
    return []
  })
  if (bad.length === 0) return {id: 'process', level: 'pass', saw: 'every instance is one running process'}
  return {
    id: 'process',
    level: 'refuse',
    saw: bad.join('; '),
    clear: 'wait for the reload to end, and use the socket of the new process',
  }
}
