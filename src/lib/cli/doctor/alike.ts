import type {Finding} from '../../engine/runbook.js'
import {foldedText} from '../../report/fold.js'

/** What is wrong with one of many, and how it is mended. */
export interface Trouble {
  called: string
  saw: string
  clear?: string | undefined
}

/** Equal troubles are one finding with the names of all. */
export function alike(id: string, level: Finding['level'], troubles: readonly Trouble[]): Finding[] {
  const texts = new Map<string, Trouble[]>()
  for (const one of troubles) texts.set(one.saw, [...(texts.get(one.saw) ?? []), one])
  return [...texts].map(([saw, same]) => {
    const clear = same[0]?.clear
    return {
      id,
      level,
      saw: `${foldedText(same.map(({called}) => called))}: ${saw}`,
      ...(clear !== undefined && {clear}),
    }
  })
}
