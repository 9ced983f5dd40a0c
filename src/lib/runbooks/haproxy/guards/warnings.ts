import type {Finding} from '../../../engine/runbook.js'
import {persistence} from '../../../systems/haproxy/persistence.js'
import {type Facts, fullName, leaving, members} from '../facts.js'
import type {Target} from '../input.js'

const YOUNG_SEC = 60

/** `end`: whether it is put into maintenance, which is what the advice would be. */
type Asked = Target & {end?: 'drain' | 'maint'}

/** What a person should know and need not be stopped by. */
export function warnings(input: Asked, facts: Facts): Finding[] {
  return [...sticky(input, facts), ...young(facts), ...othersOut(input, facts), reloads()]
}

function sticky(input: Asked, facts: Facts): Finding[] {
  const bound = new Map<string, string>()
  for (const one of facts.instances) {
    const out = leaving(one, input)
    for (const backend of Object.values(one.snapshot?.backends ?? {})) {
      const [kind] = persistence(backend)
      if (kind && Object.values(backend.servers).some((view) => out.has(fullName(view))))
        bound.set(backend.name, kind.kind === 'cookie' ? `cookie ${kind.name}` : kind.kind)
    }
  }
  if (bound.size === 0) return []
  const advice = input.end === 'maint' ? '' : ' (drain --then maint)'
  const names = [...bound].map(([backend, kind]) => `${backend} (${kind})`).join(', ')
  return [
    {
      id: 'sticky',
      level: 'warn',
      saw: `clients are bound to servers in ${names}: those bound to this one keep using it while it is DRAIN, and move when it is MAINT${advice}`,
    },
  ]
}

function young(facts: Facts): Finding[] {
  const up = facts.instances.filter(({snapshot}) => snapshot && snapshot.uptimeSec < YOUNG_SEC)
  if (up.length === 0) return []
  const saw = `${up.map((one) => `${one.name} runs for ${one.snapshot?.uptimeSec} s`).join(', ')}: its counters say little yet`
  return [{id: 'young', level: 'warn', saw}]
}

function othersOut(input: Target, facts: Facts): Finding[] {
  const mine = new Set(members(facts, input).map(({view}) => fullName(view)))
  const out = new Set(
    facts.instances.flatMap(({name, snapshot}) =>
      Object.values(snapshot?.backends ?? {}).flatMap((backend) =>
        Object.values(backend.servers)
          .filter((view) => view.admin !== 'ready' && !view.inherited && !mine.has(fullName(view)))
          .map((view) => `${fullName(view)} (${view.status} on ${name})`),
      ),
    ),
  )
  if (out.size === 0) return []
  return [{id: 'others-out', level: 'warn', saw: `already out of rotation: ${[...out].join(', ')}`}]
}

function reloads(): Finding {
  return {
    id: 'reload',
    level: 'warn',
    saw: 'a reload of HAProxy forgets this change and brings the configured state back',
  }
}
