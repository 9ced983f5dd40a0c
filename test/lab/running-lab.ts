import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterAll, beforeAll} from 'vitest'
import {type HaproxyLab, type HaproxyLabOptions, startHaproxyLab} from '../../src/lib/lab/haproxy-lab.js'
import {until} from '../../src/lib/lab/until.js'
import {dialUnix} from '../../src/lib/remote/local-socket.js'
import type {HaproxyInstance} from '../../src/lib/systems/haproxy/instance.js'
import {openInstance} from '../../src/lib/systems/haproxy/open.js'
import type {ServerView} from '../../src/lib/systems/haproxy/snapshot.js'

/** Never aborts. */
export const calm = new AbortController().signal

/** A lab for the whole test file, with every check passed once. Call the result inside tests. */
export function runningLab(options: Omit<HaproxyLabOptions, 'dir'> = {}): () => HaproxyLab {
  let lab: HaproxyLab | undefined
  let dir = ''
  beforeAll(async () => {
    dir = await mkdtemp(`${tmpdir()}/rl-`)
    lab = await startHaproxyLab({...options, dir})
    await Promise.all(lab.instances.map((one) => settled(instanceOf(one.places.socketPath))))
  })
  afterAll(async () => {
    await lab?.stop()
    await rm(dir, {recursive: true, force: true})
  })
  return () => {
    if (!lab) throw new Error('the lab is not up')
    return lab
  }
}

export function instanceOf(path: string, name = 'lb1'): HaproxyInstance {
  return openInstance({name, socket: {kind: 'unix', path}}, dialUnix(path))
}

/** Waits until the server looks as asked; fails with what it looked like last. */
export async function seen(
  instance: HaproxyInstance,
  backend: string,
  server: string,
  asked: (view: ServerView) => boolean,
): Promise<ServerView> {
  let view: ServerView | undefined
  const came = await until(async () => {
    view = (await instance.server(backend, server, calm)).server
    return asked(view)
  }, 20_000)
  if (came && view) return view
  throw new Error(`${backend}/${server} never looked as asked: ${JSON.stringify(view)}`)
}

/** Every checked server that is not in maintenance has passed all its first checks. */
export async function settled(instance: HaproxyInstance): Promise<void> {
  const done = await until(async () => {
    const {backends} = await instance.snapshot(calm)
    return Object.values(backends)
      .flatMap((backend) => Object.values(backend.servers))
      .every(
        ({admin, check}) =>
          admin === 'maint' ||
          !check.configured ||
          (check.health === check.rise + check.fall - 1 && check.status !== ''),
      )
  }, 20_000)
  if (!done) throw new Error('the checks of the lab did not pass within 20 s')
}
