import {AS_ROOT, bounded} from './bounded.js'

/** df(1) in POSIX form: device, type, sizes in bytes, mount point. What lives in memory or in a file is left out, unless it is meant. */
const DF = '{ df -PT -B1 -- "$1"; df -PT -B1 -x tmpfs -x devtmpfs -x squashfs; } 2>/dev/null'
const INODES = '{ df -Pi -- "$1"; df -Pi -x tmpfs -x devtmpfs -x squashfs; } 2>/dev/null'

const SPACE = [
  `${DF} | while read -r device kind size used free percent where; do [ "$device" != Filesystem ] && printf "Fs=%s %s %s %s %s %s\\n" "$kind" "$size" "$used" "$free" "$device" "$where"; done`,
  `${INODES} | while read -r device total used free percent where; do [ "$device" != Filesystem ] && printf "Inodes=%s %s %s\\n" "$total" "$used" "$where"; done`,
  'while read -r what where kind options rest; do case ",$options," in *,ro,*) printf "ReadOnly=%s\\n" "$where" ;; esac; done </proc/mounts',
].join('\n')

/** Runs the rest as root, whoever we are: only root sees all files, and who holds them. */
const ALL_AS_ROOT = `${AS_ROOT}; as_root sh -c "$@"`

const AT = 'at=$1; device=$(stat -c %d -- "$at") || exit 9; printf "Device=%s\\n" "$device"'

/** Files that nobody sees any more and somebody holds: their space comes back when they are closed. */
const DELETED = [
  'find /proc/[0-9]*/fd -lname "* (deleted)" 2>/dev/null | while read -r fd; do',
  '  seen=$(stat -L -c "%d %i %s" "$fd" 2>/dev/null) || continue',
  '  case "$seen" in "$device "*) ;; *) continue ;; esac',
  `  pid=\${fd#/proc/}; pid=\${pid%%/*}`,
  '  unit=$(sed -n "s/.*[/]\\([^/]*[.]\\(service\\|scope\\)\\).*/\\1/p" "/proc/$pid/cgroup" | head -n 1)',
  `  printf "Deleted=%s %s %s %s\\n" "\${seen#* }" "$pid" "\${unit:--}" "$(readlink "$fd")"`,
  'done',
].join('\n')

/** Device and inode of every file that is open. On an overlay a file has another device than its directory. */
const OPEN = 'find -L /proc/[0-9]*/fd -maxdepth 1 -type f -printf "Open=%D %i\\n" 2>/dev/null | sort -u'

/**
 * Candidates of a class below its own directories, on this device alone, no link followed. Names with line breaks are no
 * candidates: lists are lines.
 */
const FILES = [
  'list() { class=$1; shift; for top in $tops; do',
  '  [ -d "$top" ] && [ ! -L "$top" ] && [ "$(stat -c %d -- "$top")" = "$device" ] || continue',
  '  find -P "$top" -xdev -type f -links 1 ! -name "*\n*" "$@" -printf "File=$class %D %i %s %T@ %b %p\\n" 2>/dev/null',
  'done; }',
  'tops="/var/log"; list logs-rotated -mtime "+$2" ! -path "/var/log/journal/*" \\( -name "*.gz" -o -name "*.xz" -o -name "*.bz2" -o -name "*.zst" -o -name "*.[0-9]" -o -name "*.[0-9][0-9]" -o -name "*.old" -o -name "*-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]" \\)',
  'tops="/var/lib/systemd/coredump /var/crash"; list core -mtime "+$3"',
  'tops="/tmp /var/tmp"; list tmp -mtime "+$4" -atime "+$4" ! -path "*/systemd-private-*"',
  'tops="/var/cache/apt/archives"; list apt -name "*.deb"',
  'tops="/var/log/journal"; list journal -name "*@*.journal*"',
].join('\n')

const CLEAN_SURVEY = [SPACE, AT, FILES, OPEN, DELETED].join('\n')

/** What is large. du(1) and find(1) read the whole tree, so they are given the rest of the machine's time and a limit. */
const LARGE = [
  SPACE,
  AT,
  'quiet="nice -n 19"; command -v ionice >/dev/null 2>&1 && quiet="$quiet ionice -c 3"',
  '$quiet timeout 40 du -xB1 --max-depth="$2" -- "$at" 2>/dev/null | sort -rn | head -n 15 | while read -r size where; do printf "Dir=%s %s\\n" "$size" "$where"; done',
  '$quiet timeout 40 find -P "$at" -xdev -type f -size +10M -printf "Big=%s %p\\n" 2>/dev/null | sort -t= -k2 -rn | head -n 15',
  DELETED,
].join('\n')

/**
 * Reads lines `device inode size seconds bytes path` and looks at each from inside its directory, which cannot become another one meanwhile:
 * what is not exactly that file any more is left alone.
 */
const EACH = [
  'device=$1; act=$2; left=0; gone=0; other=0; sum=0',
  'while read -r own inode size seconds bytes path; do',
  `  dir=\${path%/*}; base=\${path##*/}`,
  `  state=$([ -d "\${dir:-/}" ] || { echo gone; exit; }`,
  `    cd -P -- "\${dir:-/}" 2>/dev/null && [ "$(pwd -P)" = "\${dir:-/}" ] && [ "$(stat -c %d .)" = "$device" ] || { echo other; exit; }`,
  '    seen=$(stat -c "%d %i %s %Y %F" -- "./$base" 2>/dev/null) || { echo gone; exit; }',
  '    case "$seen" in "$own $inode $size $seconds regular"*) ;; *) echo other; exit ;; esac',
  '    if [ "$act" = delete ] && rm -f -- "./$base" 2>/dev/null; then echo gone; else echo left; fi)',
  '  case "$state" in left) left=$((left+1)) ;; gone) gone=$((gone+1)); sum=$((sum+bytes)) ;; *) other=$((other+1)) ;; esac',
  'done',
  'printf "Left=%s\\nGone=%s\\nOther=%s\\nGoneBytes=%s\\n" "$left" "$gone" "$other" "$sum"',
].join('\n')

const VACUUM = 'journalctl --rotate >/dev/null 2>&1; journalctl --vacuum-size="$1" 2>&1 | tail -n 1'
const APT_CLEAN = 'apt-get clean 2>&1'

/** Which of the paths on stdin a package has brought. */
const OWNED = 'grep -hFxf - /var/lib/dpkg/info/*.list 2>/dev/null; true'

export function cleanSurveyCommand(mount: string, days: {logs: number; core: number; tmp: number}): string {
  return asRoot(60, CLEAN_SURVEY, 'survey', mount, String(days.logs), String(days.core), String(days.tmp))
}

export function largeCommand(mount: string, depth: number): string {
  return asRoot(100, LARGE, 'large', mount, String(depth))
}

/** Its stdin is the list. */
export function eachCommand(device: number, act: 'look' | 'delete', limitSec: number): string {
  return asRoot(limitSec, EACH, act, String(device), act)
}

export function vacuumCommand(keepBytes: number): string {
  return asRoot(120, VACUUM, 'vacuum', String(keepBytes))
}

export function aptCleanCommand(): string {
  return asRoot(120, APT_CLEAN, 'apt-clean')
}

export function ownedCommand(): string {
  return bounded(30, OWNED, 'owned')
}

function asRoot(limitSec: number, text: string, name: string, ...args: string[]): string {
  return bounded(limitSec, ALL_AS_ROOT, name, text, `redeye-${name}`, ...args)
}
