// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's
import {script} from '../../remote/ssh/script.js'

/**
 * The command lines around one file on a host. The scripts keep to POSIX sh, stat, sha256sum and what busybox has. Each runs
 * as it is where the directory may be written to, else by sudo without a password.
 */
const ELEVATED =
  's=$1; shift; if [ "$(id -u)" = 0 ] || [ -w "${1%/*}/" ]; then exec sh -c "$s" "$0" "$@"; else exec sudo -n sh -c "$s" "$0" "$@"; fi'

const SUM = (file: string) => `$(sha256sum <"${file}" | cut -d" " -f1)`

/** $1 the path, $2 where the old one is kept. */
const LOOK = [
  'if [ -h "$1" ]; then echo Kind=link',
  `elif [ -f "$1" ]; then printf "Kind=file\\nSha256=%s\\nMode=%s\\nOwner=%s\\n" "${SUM('$1')}" "$(stat -c %a -- "$1")" "$(stat -c %U:%G -- "$1")"`,
  'elif [ -e "$1" ]; then echo Kind=other',
  'elif [ -d "${1%/*}/" ]; then echo Kind=absent',
  'else echo Kind=no-directory; fi',
  'if [ -e "$2" ]; then echo Kept=yes; fi',
].join('\n')

/**
 * $1 the path, $2 where to keep the old one, $3 its SHA-256, $4 mode and $5 owner, empty for those of the old one. The new file is
 * complete and on disk beside the old one before it takes its place.
 */
const PUSH = [
  'set -e; umask 077; new=$1.redeye-new; rm -f -- "$new"; set -C',
  'trap "rm -f -- \\"\\$new\\"" EXIT',
  'cat >"$new"',
  `if [ "${SUM('$new')}" != "$3" ]; then echo "the content did not arrive whole" >&2; exit 3; fi`,
  'mode=$4; owner=$5',
  'if [ -f "$1" ]; then',
  '  mode=${mode:-$(stat -c %a -- "$1")}; owner=${owner:-$(stat -c %u:%g -- "$1")}',
  '  if [ ! -e "$2" ]; then ln -- "$1" "$2" 2>/dev/null || cp -p -- "$1" "$2"; fi',
  'fi',
  'if [ -n "$owner" ] && [ "$owner" != "$(stat -c %u:%g -- "$new")" ]; then chown -- "$owner" "$new"; fi',
  'chmod -- "${mode:-644}" "$new"',
  'sync -- "$new" 2>/dev/null || sync',
  'mv -f -- "$new" "$1"',
].join('\n')

/** $1 the path, $2 where the old one is kept, $3 the SHA-256 of what we had put there, $4 whether there was an old one. */
const PUT_BACK = [
  'set -e',
  `if [ -e "$1" ] && [ "${SUM('$1')}" != "$3" ]; then echo "somebody has changed it since" >&2; exit 4; fi`,
  'if [ "$4" = no ]; then rm -f -- "$1"; exit 0; fi',
  'if [ ! -e "$2" ]; then echo "the old one is not there any more" >&2; exit 5; fi',
  'mv -f -- "$2" "$1"',
].join('\n')

export function fileLookCommand(path: string, kept: string): string {
  return script(ELEVATED, 'redeye-file', LOOK, path, kept)
}

/** @param mode octal; empty, as `owner`: like the old file */
export function filePushCommand(
  path: string,
  kept: string,
  sha256: string,
  mode: string,
  owner: string,
): string {
  return script(ELEVATED, 'redeye-push', PUSH, path, kept, sha256, mode, owner)
}

export function filePutBackCommand(path: string, kept: string, sha256: string, existed: boolean): string {
  return script(ELEVATED, 'redeye-put-back', PUT_BACK, path, kept, sha256, existed ? 'yes' : 'no')
}
