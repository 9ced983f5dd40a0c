import {setTimeout as sleep} from 'node:timers/promises'
import {RemoteError} from '../../remote/fault.js'
import type {Found} from './kind.js'
import type {CheckResult, TASK} from './kinds-task.js'
import type {TaskState} from './model.js'
import {hasEnded, taskState} from './parse-task.js'
import {readTaskContents} from './read-states.js'
import type {Session} from './session.js'
import {makeTaskList, type TaskList} from './task-list.js'

export interface Follower {
  /** @returns the last state seen within `forMs`; undefined when the server has forgotten the task */
  follow(key: string, forMs: number, signal: AbortSignal): Promise<TaskState | undefined>
  /** The same, of a check, with what it found. */
  results(
    key: string,
    forMs: number,
    signal: AbortSignal,
  ): Promise<{state: TaskState; results: CheckResult[]} | undefined>
}

type Contents = Found<typeof TASK>

interface Watch {
  contents: Contents
  waiters: Set<Waiter>
}

interface Waiter {
  until: number
  changed(contents: Contents): void
  forgotten(): void
  failed(error: unknown): void
}

/** The list on the server, and what is known of it. */
interface Board {
  list: TaskList
  listed: Set<string>
  changing?: Promise<void>
  /** Ends the poll, with the error that makes the list useless. */
  cut: AbortController
}

/** The server holds an answer back for at most so long. */
const POLL_SEC = 30
/** Tasks that begin within this time are added to the list together. */
const GATHER_MS = 100
/** Between two polls: tasks that end nearly together come in one answer. */
const BREATH_MS = 200
/** Lists that the server lost are made anew so often without hearing anything in between. */
const REBUILDS = 2

/**
 * Follows any number of tasks with one list on the server and one long-poll. Tasks that begin while the list is being
 * changed are added together.
 * @param life ends everything
 */
export function openFollower(session: Session, life: AbortSignal): Follower {
  const watched = new Map<string, Watch>()
  let current: Board | undefined
  let looping = false

  const waiting = () => [...watched.values()].some(({waiters}) => waiters.size > 0)

  async function loop(): Promise<void> {
    looping = true
    let rebuilds = 0
    while (waiting() && !life.aborted) {
      try {
        current ??= {list: await makeTaskList(session, life), listed: new Set(), cut: new AbortController()}
        await change(current)
        await poll(current)
        rebuilds = 0
      } catch (error) {
        current = undefined
        rebuilds += 1
        if (!isGone(error) || rebuilds > REBUILDS) fail(error)
      }
    }
    looping = false
  }

  const unlisted = ({listed}: Board) => [...watched.keys()].filter((key) => !listed.has(key))

  /** What is watched is in the server's list; whatever ended goes with the next change. */
  async function change(board: Board): Promise<void> {
    while (unlisted(board).length > 0) {
      board.changing ??= changeOnce(board)
      await board.changing
    }
  }

  async function changeOnce(board: Board): Promise<void> {
    const {list, listed} = board
    await sleep(GATHER_MS)
    const add = unlisted(board)
    const remove = [...listed].filter((key) => !watched.has(key))
    for (const key of add) listed.add(key)
    try {
      const unknown = await list.change(add, remove, life)
      for (const key of [...remove, ...unknown]) listed.delete(key)
      for (const key of unknown) forget(key)
    } finally {
      delete board.changing
    }
  }

  async function poll({list, cut}: Board): Promise<void> {
    if (!waiting()) return
    await sleep(BREATH_MS)
    const changes = await list.wait(pollSec(), AbortSignal.any([life, cut.signal])).catch((error) => {
      throw cut.signal.aborted ? cut.signal.reason : error
    })
    for (const {key, gone, values} of changes) {
      const watch = watched.get(key)
      if (!watch) continue
      if (gone) forget(key)
      else {
        Object.assign(watch.contents, values)
        tell(key, watch)
      }
    }
  }

  function pollSec(): number {
    const last = Math.max(
      0,
      ...[...watched.values()].flatMap(({waiters}) => [...waiters].map(({until}) => until)),
    )
    return Math.min(POLL_SEC, Math.max(1, Math.ceil((last - performance.now()) / 1000)))
  }

  function tell(key: string, watch: Watch): void {
    const state = taskState(watch.contents)
    if (state && hasEnded(state)) watched.delete(key)
    for (const waiter of [...watch.waiters]) waiter.changed(watch.contents)
  }

  function forget(key: string): void {
    const watch = watched.get(key)
    watched.delete(key)
    for (const waiter of [...(watch?.waiters ?? [])]) waiter.forgotten()
  }

  function fail(error: unknown): void {
    const all = [...watched.values()].flatMap(({waiters}) => [...waiters])
    watched.clear()
    for (const waiter of all) waiter.failed(error)
  }

  function watch(key: string): Watch {
    const known = watched.get(key) ?? {contents: {ref: key, type: 'Task'}, waiters: new Set()}
    watched.set(key, known)
    return known
  }

  function wake(): void {
    if (!looping) void loop()
    // The loop hangs in its poll, which ends when its list changes.
    else if (current) {
      const board = current
      change(board).catch((error) => board.cut.abort(error))
    }
  }

  /** The contents when the task has ended or the time is over. */
  async function observe(key: string, forMs: number, signal: AbortSignal): Promise<Contents | undefined> {
    // It ended before, and the list tells of changes only.
    if (current?.listed.has(key) && !watched.has(key)) return await readTaskContents(session, key, signal)
    const seen = await new Promise<Contents | undefined>((resolve, reject) => {
      const {contents, waiters} = watch(key)
      const leave = () => {
        waiters.delete(waiter)
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        life.removeEventListener('abort', stop)
      }
      const settle = (end: () => void) => () => {
        leave()
        end()
      }
      const stop = settle(() => reject(calledOff(session.where, key)))
      const timer = setTimeout(
        settle(() => resolve(contents)),
        forMs,
      )
      const waiter: Waiter = {
        until: performance.now() + forMs,
        changed(now) {
          if (isOver(now)) settle(() => resolve(now))()
        },
        forgotten: settle(() => resolve(undefined)),
        failed: (error) => settle(() => reject(error))(),
      }
      waiters.add(waiter)
      signal.addEventListener('abort', stop, {once: true})
      life.addEventListener('abort', stop, {once: true})
      if (signal.aborted || life.aborted) return stop()
      wake()
    })
    // Not a word within the time.
    return seen && taskState(seen) === undefined ? await readTaskContents(session, key, signal) : seen
  }

  return {
    async follow(key, forMs, signal) {
      const contents = await observe(key, forMs, signal)
      return contents && taskState(contents)
    },
    async results(key, forMs, signal) {
      const seen = await observe(key, forMs, signal)
      const last =
        seen?.['info.state'] === 'success' && !seen['info.result']
          ? // The result may come after the state.
            await readTaskContents(session, key, signal)
          : seen
      const state = last && taskState(last)
      return state && {state, results: last['info.result'] ?? []}
    },
  }
}

function isOver(contents: Contents): boolean {
  const state = taskState(contents)
  return state !== undefined && hasEnded(state)
}

/** The list, its view or its filter went with the session they were made in. */
function isGone(error: unknown): boolean {
  return error instanceof RemoteError && LIST_GONE.has(error.class ?? '')
}

const LIST_GONE = new Set(['managed-object-not-found', 'invalid-collector-version'])

function calledOff(where: string, key: string): RemoteError {
  return new RemoteError('lost', `${where}: following ${key} was called off`, {class: 'called-off'})
}
