import {printable} from '../../text/clean.js'
import type {RunResult} from './fleet.js'

const SHOWN = 120

/** An exit code, and what was complained about; one short line. */
export type Said = {code: number | null; stderr: string}

export function said({code, stderr}: RunResult): Said {
  return {code, stderr: printable(stderr.trim()).slice(0, SHOWN)}
}

/** What sudo and polkit say when a password would be asked for. sudo also complains of names that do not resolve, and goes on. */
export function notAllowed({code, stderr}: Said): boolean {
  return code !== 0 && /sudo:(?! unable to resolve host)|authentication required|access denied/i.test(stderr)
}
