import {element, type Ref, refElement, type Tree} from './tree.js'

/** Where a sweep goes on from an object: by which property, and from there. A `name` can be returned to. */
export interface Path {
  type: string
  path: string
  name?: string
  on?: readonly (Path | string)[]
}

/** An object where a sweep begins. */
export interface Start {
  from: Ref
  on?: readonly Path[]
  /** It is a beginning only: nothing of it is read. */
  skip?: boolean
}

export function startElement({from, on = [], skip = false}: Start): Tree {
  return element('objectSet', [refElement('obj', from), element('skip', skip), ...on.map(pathElement)])
}

function pathElement(path: Path | string): Tree {
  if (typeof path === 'string') return element('selectSet', [element('name', path)], 'SelectionSpec')
  const {type, path: property, name, on = []} = path
  return element(
    'selectSet',
    [
      ...(name === undefined ? [] : [element('name', name)]),
      element('type', type),
      element('path', property),
      ...on.map(pathElement),
    ],
    'TraversalSpec',
  )
}

/** From an entity to everything it is in. */
export const UP: Path = {type: 'ManagedEntity', path: 'parent', name: 'up', on: ['up']}

/** From an object to what was done to it lately. */
export const HOST_TASKS: Path = {type: 'HostSystem', path: 'recentTask'}
export const VM_TASKS: Path = {type: 'VirtualMachine', path: 'recentTask'}
/** To what everybody does. */
export const ALL_TASKS: Path = {type: 'TaskManager', path: 'recentTask'}

/** From a pool to all VMs in it, however deep. */
export const POOL_VMS: readonly Path[] = [
  {type: 'ResourcePool', path: 'vm'},
  {
    type: 'ResourcePool',
    path: 'resourcePool',
    name: 'pools',
    on: ['pools', {type: 'ResourcePool', path: 'vm'}],
  },
]

/** From a cluster, or the stand-in of a lone host, to all that is in it. Templates are in no pool: hosts know them. */
export const IN_CLUSTER: readonly Path[] = [
  {type: 'ComputeResource', path: 'host', on: [{type: 'HostSystem', path: 'vm'}]},
  {type: 'ComputeResource', path: 'resourcePool', on: POOL_VMS},
  {type: 'ComputeResource', path: 'datastore'},
]

/** From the root folder to all clusters, and on from there. */
export function toClusters(on: readonly Path[]): readonly Path[] {
  const inside: (Path | string)[] = [
    'folders',
    {type: 'Datacenter', path: 'hostFolder', on: ['folders']},
    ...on,
  ]
  return [{type: 'Folder', path: 'childEntity', name: 'folders', on: inside}]
}
