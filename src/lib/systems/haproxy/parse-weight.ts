import {notHaproxy, refusal} from './answers.js'
import type {Weight} from './instance.js'

/** Reads the answer to `get weight`: `25 (initial 50)`. */
export function parseWeight(question: string, text: string): Weight {
  const found = /^(\d+) \(initial (\d+)\)/.exec(text)
  if (found) return {now: Number(found[1]), initial: Number(found[2])}
  throw refusal(question, text) ?? notHaproxy(question, 'a weight', text)
}
