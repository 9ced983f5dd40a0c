import {script} from '../../remote/ssh/script.js'

/**
 * The deadline holds on the host too: when we are cut off, what was asked does not go on for ever. Where there is no timeout(1)
 * only ours holds. Words of the host's tools are read, so they are English.
 */
const WITHIN =
  'LC_ALL=C; export LC_ALL; limit=$1; shift; ' +
  'if command -v timeout >/dev/null 2>&1; then exec timeout -k 5 "$limit" sh -c "$@"; fi; exec sh -c "$@"'

/** `as_root PROGRAM ...`: by sudo without a password unless we are root; one that would ask fails at once. */
export const AS_ROOT = 'as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }'

/** A constant script with its arguments behind it, ended by the host after so many seconds. */
export function bounded(limitSec: number, text: string, name: string, ...args: string[]): string {
  return script(WITHIN, 'redeye', String(Math.ceil(limitSec)), text, `redeye-${name}`, ...args)
}
