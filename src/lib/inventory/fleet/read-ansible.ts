import {type Read, type Row, texts} from './row.js'

/**
 * What `ansible-inventory --list` prints: every plugin and every group variable is resolved in it already. The groups of
 * a host become labels `group.NAME=yes`; its own variables keep their names, `ansible_host` and `ansible_port` are the
 * address and the port.
 */
export function readAnsible(text: string): Read {
  let list: AnsibleList
  try {
    list = JSON.parse(text) as AnsibleList
  } catch {
    return {rows: [], problems: ['this is not the JSON that ansible-inventory --list prints']}
  }
  const known = list._meta?.hostvars ?? {}
  const groups = groupsOf(list)
  const names = new Set([...Object.keys(known), ...groups.keys()])
  return {
    rows: [...names].map((name) => rowOf(name, known[name] ?? {}, groups.get(name) ?? [])),
    problems: [],
  }
}

type AnsibleList = {_meta?: {hostvars?: Record<string, object>}} & Record<
  string,
  {hosts?: string[]; children?: string[]}
>

function rowOf(name: string, vars: object, groups: readonly string[]): Row {
  const {ansible_host: address, ansible_port: port, ...own} = texts(vars)
  const plain = Object.entries(own).filter(([key]) => !key.startsWith('ansible_'))
  return {
    where: `host ${name}`,
    labels: {
      ...Object.fromEntries(plain),
      ...Object.fromEntries(groups.map((group) => [`group.${group}`, 'yes'])),
      id: name,
      ...(address !== undefined && {address}),
      ...(port !== undefined && {port}),
    },
  }
}

/** The groups of every host, those that contain its groups included. */
function groupsOf({_meta, ...list}: AnsibleList): Map<string, string[]> {
  const parents = new Map<string, string[]>()
  for (const [group, {children = []}] of Object.entries(list))
    for (const child of children) parents.set(child, [...(parents.get(child) ?? []), group])
  const above = (group: string, seen: Set<string>): Set<string> => {
    if (seen.has(group) || group === 'all' || group === 'ungrouped') return seen
    seen.add(group)
    for (const parent of parents.get(group) ?? []) above(parent, seen)
    return seen
  }
  const groups = new Map<string, string[]>()
  for (const [group, {hosts = []}] of Object.entries(list))
    for (const host of hosts)
      groups.set(host, [...new Set([...(groups.get(host) ?? []), ...above(group, new Set())])])
  return groups
}
