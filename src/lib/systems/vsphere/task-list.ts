import type {Found} from './kind.js'
import {TASK} from './kinds-task.js'
import {startElement} from './select.js'
import type {Session} from './session.js'
import {bool, chosen, entity, list, oneOf, struct, text} from './shape.js'
import {element, type Ref, refElement} from './tree.js'

/** A list of tasks on the server, whose changes one call waits for. It lives as long as the session. */
export interface TaskList {
  /** @returns those that the server has forgotten */
  change(add: readonly string[], remove: readonly string[], signal: AbortSignal): Promise<string[]>
  /** Changes since the last time: at once when there are some, else when there are, none after `maxSec`. */
  wait(maxSec: number, signal: AbortSignal): Promise<TaskChange[]>
}

export interface TaskChange {
  key: string
  /** No longer in the list. */
  gone: boolean
  /** New values; undefined where one is unset now. */
  values: Partial<Found<typeof TASK>>
}

const task = (ref: string): Ref => ({type: 'Task', ref})

export async function makeTaskList(session: Session, signal: AbortSignal): Promise<TaskList> {
  const {propertyCollector, viewManager} = await session.content(signal)
  if (!propertyCollector || !viewManager) throw new Error('a server without property collector or views')
  const ask = async (self: Ref, method: string, args: ReturnType<typeof element>[]): Promise<Ref> => {
    const made = await session.call({self, method, args, returns: entity}, signal)
    if (!made) throw new Error(`${method} made nothing`)
    return made
  }
  const [collector, view] = await Promise.all([
    // Its own: the shared one has the filters of everybody in this session.
    ask(propertyCollector, 'CreatePropertyCollector', []),
    ask(viewManager, 'CreateListView', []),
  ])
  const paths = Object.keys(TASK.properties).map((path) => element('pathSet', path))
  const start = startElement({from: view, skip: true, on: [{type: 'ListView', path: 'view'}]})
  const spec = [element('propSet', [element('type', 'Task'), ...paths]), start]
  await ask(collector, 'CreateFilter', [element('spec', spec), element('partialUpdates', false)])

  let version = ''
  return {
    async change(add, remove, until) {
      const args = [
        ...add.map((key) => refElement('add', task(key))),
        ...remove.map((key) => refElement('remove', task(key))),
      ]
      const unknown = await session.call(
        {self: view, method: 'ModifyListView', args, returns: list(entity)},
        until,
      )
      return (unknown ?? []).map(({ref}) => ref)
    },
    async wait(maxSec, until) {
      const changes: TaskChange[] = []
      for (;;) {
        const set = await session.call(waitCall(collector, version, maxSec), until)
        if (!set) return changes
        // Servers may leave it as it was [seen]: it is handed back and never compared.
        version = set.version ?? version
        changes.push(...changesIn(set))
        if (!set.truncated) return changes
      }
    },
  }
}

const val = chosen((_xsi, {name}) =>
  typeof name === 'string' && Object.hasOwn(TASK.properties, name)
    ? TASK.properties[name as keyof typeof TASK.properties]
    : undefined,
)
const change = struct({name: text, op: text, val})
const update = struct({kind: oneOf('enter', 'modify', 'leave'), obj: entity, changeSet: list(change)})
const updateSet = struct({version: text, truncated: bool, filterSet: list(struct({objectSet: list(update)}))})

function waitCall(self: Ref, version: string, maxSec: number) {
  return {
    self,
    method: 'WaitForUpdatesEx',
    args: [element('version', version), element('options', [element('maxWaitSeconds', maxSec)])],
    returns: updateSet,
    holdMs: maxSec * 1000,
  }
}

type UpdateSet = NonNullable<(typeof updateSet)['becomes']>

/** `enter` lists what is unset as an assignment without a value [seen]. */
function changesIn({filterSet}: UpdateSet): TaskChange[] {
  return filterSet.flatMap(({objectSet}) =>
    objectSet.flatMap(({kind, obj, changeSet}) =>
      obj
        ? {
            key: obj.ref,
            gone: kind === 'leave',
            values: Object.fromEntries(changeSet.flatMap((one) => (one.name ? [[one.name, one.val]] : []))),
          }
        : [],
    ),
  )
}
