import type {Admin} from './snapshot.js'

/** Bits of `srv_admin_state` [include/haproxy/server-t.h, enum srv_admin]. */
const MAINT = 0x01
const MAINT_INHERITED = 0x02
const DRAIN = 0x08
const DRAIN_INHERITED = 0x10
const MAINT_UNRESOLVED = 0x20

/**
 * What the mask means. 0x04 ("disabled" in the configuration) stays set after `ready`: it is history, not a state.
 * 0x40 (name set at run time) is information.
 */
export function readAdminMask(mask: number): {admin: Admin; inherited: boolean; unresolved: boolean} {
  return {
    admin:
      mask & (MAINT | MAINT_INHERITED | MAINT_UNRESOLVED)
        ? 'maint'
        : mask & (DRAIN | DRAIN_INHERITED)
          ? 'drain'
          : 'ready',
    inherited: (mask & (MAINT_INHERITED | DRAIN_INHERITED)) !== 0,
    unresolved: (mask & MAINT_UNRESOLVED) !== 0,
  }
}
