import {readFile} from 'node:fs/promises'

/** Who holds a lease. `pid` is judged only on the same host and boot, and by its start time, since pids are reused. */
export interface Owner {
  user: string
  host: string
  pid: number
  /** Kernel boot id; empty where the system has none. */
  boot: string
  /** Start time of the process in clock ticks since boot; empty where unknown. */
  started: string
}

/** The owner record of this process. Boot id and start time come from /proc (proc(5), field 22 of stat). */
export async function thisOwner(user: string, host: string, pid: number): Promise<Owner> {
  return {user, host, pid, boot: await bootId(), started: await startTime(pid)}
}

/** Whether the owner's process is surely gone. Another host's process is never judged: its lease must expire. */
export async function isDead(owner: Owner, here: Owner): Promise<boolean> {
  if (owner.host !== here.host) return false
  if (owner.boot !== here.boot) return true
  if (!processExists(owner.pid)) return true
  return owner.started !== '' && owner.started !== (await startTime(owner.pid))
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim()
}

async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The command name, in parentheses, may hold spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
