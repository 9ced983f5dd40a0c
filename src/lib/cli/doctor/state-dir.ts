import {access, constants, type FileHandle, open, rm, stat, statfs} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {Finding} from '../../engine/runbook.js'
import type {Environment} from '../environment.js'
import {pass, type Question, refuse, warn} from './footing.js'

const LEAST_BYTES = 64 * 2 ** 20
const TIGHT_BYTES = 512 * 2 ** 20

/** Whether a journal could be written and kept. One small file is written into the directory and removed again. */
export const stateDir: Question = async ({at}) => {
  const there = await stat(at.stateDir).catch((error: NodeJS.ErrnoException) => error)
  if (there instanceof Error) return [await makeable(at, there)]
  if (!there.isDirectory())
    return [refuse('directory', `${at.stateDir} is not a directory`, `mv ${at.stateDir} ${at.stateDir}.old`)]
  return [...rights(at, there), await writes(at), await room(at.stateDir)]
}

/** It is made by the first run. */
async function makeable({stateDir: dir}: Environment, error: NodeJS.ErrnoException): Promise<Finding> {
  if (error.code !== 'ENOENT')
    return refuse('directory', `${dir} cannot be looked at: ${error.code}`, `ls -ld ${dir}`)
  let above = dirname(dir)
  while (!(await stat(above).catch(() => undefined))) above = dirname(above)
  const writable = await access(above, constants.W_OK).then(
    () => true,
    () => false,
  )
  if (writable) return pass('directory', `${dir} will be made by the first run`)
  return refuse(
    'directory',
    `${dir} is not there and cannot be made in ${above}`,
    'export XDG_STATE_HOME=...',
  )
}

function rights(
  {stateDir: dir, uid, user}: Environment,
  {uid: owner, mode}: {uid: number; mode: number},
): Finding[] {
  const bits = (mode & 0o777).toString(8).padStart(4, '0')
  return [
    ...(uid !== undefined && uid !== owner
      ? [refuse('owner', `${dir} belongs to user ${owner}, not to you`, `sudo chown -R ${user} ${dir}`)]
      : []),
    (mode & 0o077) === 0
      ? pass('mode', `${dir} (${bits})`)
      : refuse('mode', `others can look into ${dir} (${bits})`, `chmod 700 ${dir}`),
  ]
}

async function writes({stateDir: dir, pid}: Environment): Promise<Finding> {
  const file = join(dir, `.doctor-${pid}`)
  let handle: FileHandle | undefined
  try {
    handle = await open(file, 'wx', 0o600)
    await handle.write('x')
    await handle.datasync()
    return pass('write', 'writing and syncing work')
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    const why =
      code === 'EROFS' ? 'its file system is read-only' : code === 'ENOSPC' ? 'its disk is full' : message
    return refuse(
      'write',
      `nothing can be kept in ${dir}: ${why}; no run would begin`,
      `df -h ${dir}\nfindmnt -T ${dir}`,
    )
  } finally {
    await handle?.close()
    if (handle) await rm(file, {force: true})
  }
}

async function room(dir: string): Promise<Finding> {
  const {bavail, bsize} = await statfs(dir)
  const free = bavail * bsize
  const saw = `${Math.round(free / 2 ** 20)} MiB free`
  if (free < LEAST_BYTES) return refuse('space', saw, `df -h ${dir}`)
  return free < TIGHT_BYTES ? warn('space', saw, `df -h ${dir}`) : pass('space', saw)
}
