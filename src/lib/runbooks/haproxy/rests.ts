import type {Json} from '../../engine/json.js'
import {usable} from '../../systems/haproxy/usable.js'
import type {Facts} from './facts.js'

/**
 * What a plan rests on: who is in rotation with what weight at which address. Counters, sessions and process ids
 * change all the time and are not part of it.
 */
export function restsOnRotation(_input: unknown, facts: Facts): Json {
  return Object.fromEntries(
    facts.instances.map(({name, skipped, snapshot}) => [
      name,
      skipped ? 'skipped' : (rotation(snapshot) ?? 'no answer'),
    ]),
  )
}

function rotation(snapshot: Facts['instances'][number]['snapshot']): Json | null {
  if (!snapshot) return null
  const servers = Object.values(snapshot.backends).flatMap((backend) => Object.values(backend.servers))
  return Object.fromEntries(
    servers.map((view) => [
      `${view.backend}/${view.name}`,
      {
        address: `${view.address}:${view.port}`,
        admin: view.admin,
        usable: usable(view),
        weight: view.userWeight,
        backup: view.backup,
        tracks: view.tracks,
      },
    ]),
  )
}
