import {printable} from '../../text/clean.js'
import type {RunResult} from './fleet.js'

const SHOWN = 120

/** An exit code, and what was complained about; one short line. */
export type Said = {code: number | null; stderr: string}

export function said({code, stderr}: RunResult): Said {
  return {code, stderr: printable(stderr.trim()).slice(0, SHOWN)}
}

/** What sudo and polkit say when a password would be asked for. */
export function notAllowed({code, stderr}: Said): boolean {
  return code !== 0 && /^sudo:|authentication required|access denied/im.test(stderr)
}
