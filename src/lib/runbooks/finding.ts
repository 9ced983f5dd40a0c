import type {Finding} from '../engine/runbook.js'

export function pass(id: string, saw: string): Finding {
  return {id, level: 'pass', saw}
}

export function warn(id: string, saw: string, clear?: string): Finding {
  return {id, level: 'warn', saw, ...(clear !== undefined && {clear})}
}

export function refuse(id: string, saw: string, clear: string): Finding {
  return {id, level: 'refuse', saw, clear}
}

/** A refusal that a person who knows better may override. */
export function doubt(id: string, saw: string, clear: string): Finding {
  return {...refuse(id, saw, clear), overridable: true}
}

const SHOWN = 5

/** `db-01, db-02 and 7 more` */
export function few(texts: readonly string[]): string {
  const more = texts.length - SHOWN
  return more > 0 ? `${texts.slice(0, SHOWN).join(', ')} and ${more} more` : texts.join(', ')
}
