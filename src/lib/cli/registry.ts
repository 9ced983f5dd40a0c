import type {AnyCheck} from '../engine/check.js'
import type {AnyRunbook} from '../engine/runbook.js'

/** Every runbook by id, loaded when it is needed. */
export const RUNBOOKS: Readonly<Record<string, () => Promise<AnyRunbook>>> = {
  'haproxy.drain': async () => (await import('../runbooks/haproxy/drain.js')).drain,
  'haproxy.ready': async () => (await import('../runbooks/haproxy/ready.js')).ready,
  'haproxy.maint-now': async () => (await import('../runbooks/haproxy/maint.js')).maintNow,
  'haproxy.kill-sessions': async () => (await import('../runbooks/haproxy/kill-sessions.js')).killSessions,
  'haproxy.weight': async () => (await import('../runbooks/haproxy/weight.js')).weight,
}

/** Every check by id. */
export const CHECKS: Readonly<Record<string, () => Promise<AnyCheck>>> = {
  'haproxy.check': async () => (await import('../runbooks/haproxy/check.js')).check,
}
