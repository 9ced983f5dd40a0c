import {readFile} from 'node:fs/promises'

/** A process that cannot be mistaken for a later one with the same number. */
export type ProcessIdentity = {
  pid: number
  /** Clock ticks since boot: field 22 of /proc/PID/stat [proc(5)]. */
  startTime: string
}

/** @throws when there is no such process. */
export async function identify(pid: number): Promise<ProcessIdentity> {
  const startTime = await startTimeOf(pid)
  if (startTime === undefined) throw new Error(`process ${pid} has ended already`)
  return {pid, startTime}
}

export async function isAlive(one: ProcessIdentity): Promise<boolean> {
  return (await startTimeOf(one.pid)) === one.startTime
}

/**
 * Undefined when the process is gone, or dead and only waits to be collected. While other threads of it still end,
 * its sockets are open: it counts as alive.
 */
async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field is the command's name in brackets and may hold spaces: count from behind it.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const threads = Number(fields[16])
  return (state === 'Z' || state === 'X') && threads <= 1 ? undefined : fields[18]
}
