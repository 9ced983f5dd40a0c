import {expect} from 'vitest'
import type {Event} from '../../src/lib/engine/event.js'

/** Does something once, at the first event that fits. */
export function once(fits: (event: Event) => boolean, act: () => void | Promise<void>) {
  let acting: Promise<void> | undefined
  return {
    emit(event: Event) {
      if (acting === undefined && fits(event)) acting = Promise.resolve(act())
    },
    /** Resolves when it was done. */
    async done() {
      expect(acting, 'no event fitted').toBeDefined()
      await acting
    },
  }
}
