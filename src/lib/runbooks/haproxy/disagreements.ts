import type {ServerView} from '../../systems/haproxy/snapshot.js'
import {type Facts, fullName} from './facts.js'

/** A server that instances show in different states, or that some of them do not have. */
export type Disagreement = {server: string; says: string}

export function disagreements({instances}: Facts): Disagreement[] {
  const read = instances.flatMap(({name, snapshot}) =>
    snapshot ? [{name, views: new Map(servers(snapshot).map((view) => [fullName(view), view]))}] : [],
  )
  const names = [...new Set(read.flatMap(({views}) => [...views.keys()]))].sort()
  return names.flatMap((server) => {
    const said = read.map(({name, views}) => ({name, kind: kind(views.get(server))}))
    if (new Set(said.map((one) => one.kind)).size <= 1) return []
    return [{server, says: said.map((one) => `${one.name} ${one.kind}`).join(', ')}]
  })
}

function servers(snapshot: NonNullable<Facts['instances'][number]['snapshot']>): ServerView[] {
  return Object.values(snapshot.backends).flatMap((backend) => Object.values(backend.servers))
}

/** `UP 1/2` and `UP` agree; their weight and address must, too. */
function kind(view: ServerView | undefined): string {
  if (!view) return 'absent'
  const word = view.admin === 'ready' ? view.status.replace(/ \d+\/\d+$/, '') : view.admin.toUpperCase()
  return `${word} weight ${view.userWeight} at ${view.address}:${view.port}`
}
