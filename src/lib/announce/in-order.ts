import type {Announcer} from '../engine/ports.js'
import {concerns} from './tell.js'

/** Only for runs on these systems; on all of them where none is named. */
export function forSystems(announcer: Announcer, systems: readonly string[] | undefined): Announcer {
  let concerned = true
  return {
    async began(told, record) {
      concerned = concerns(systems, told)
      if (concerned) await announcer.began(told, record)
    },
    failed: async (why) => (concerned ? await announcer.failed(why) : undefined),
    ended: async (conclusion) => (concerned ? await announcer.ended(conclusion) : undefined),
  }
}

/** One after the other, and at the end the other way round: silence before the first word, until after the last. */
export function inOrder(announcers: readonly Announcer[]): Announcer {
  return {
    async began(told, record) {
      for (const one of announcers) await one.began(told, record)
    },
    async failed(why) {
      for (const one of announcers) await one.failed(why)
    },
    async ended(conclusion) {
      for (const one of announcers.toReversed()) await one.ended(conclusion)
    },
  }
}
