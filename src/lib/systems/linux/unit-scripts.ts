import {AS_ROOT, bounded} from './bounded.js'
import {UNIT_PROPERTIES} from './unit-state.js'

const SHOW = `systemctl show -p ${UNIT_PROPERTIES} -- "$1"`

/**
 * Without PID 1 being systemd its tools print errors alone. Dependents are those that stop or restart with the unit
 * [systemd.unit(5): Requires=, BindsTo=, PartOf= of others], with those that depend on them.
 */
const SURVEY = [
  AS_ROOT,
  'printf "Init=%s\\n" "$(cat /proc/1/comm 2>/dev/null)"',
  'printf "User=%s\\n" "$(id -un)"',
  SHOW,
  'printf "Own=%s\\n" "$(tr "\\n" " " </proc/self/cgroup)"',
  'printf "Load=%s\\n" "$(cut -d" " -f1 /proc/loadavg)"',
  'printf "DiskUsedPercent=%s\\n" "$(df -P / | sed -n "2s/.* \\([0-9]*\\)%.*/\\1/p")"',
  'set -f; unit=$1; known=" $unit "; todo=$unit',
  'while [ -n "$todo" ]; do',
  '  next=',
  '  for one in $todo; do',
  '    for other in $(systemctl show --value -p RequiredBy -p BoundBy -p ConsistsOf -- "$one" 2>/dev/null); do',
  '      case "$known" in *" $other "*) ;; *)',
  '        known="$known$other "; next="$next $other"',
  '        printf "Dependent=%s %s\\n" "$other" "$(systemctl is-active -- "$other" 2>/dev/null)" ;;',
  '      esac',
  '    done',
  '  done',
  '  todo=$next',
  'done',
  'if [ "$(id -u)" != 0 ]; then',
  '  for verb in restart reset-failed; do',
  '    sudo -n -l systemctl "$verb" "$unit" >/dev/null 2>&1 || printf "Denied=systemctl %s %s\\n" "$verb" "$unit"',
  '  done',
  '  sudo -n -l systemctl daemon-reload >/dev/null 2>&1 || echo "Denied=systemctl daemon-reload"',
  'fi',
].join('\n')

const RESTART = `${AS_ROOT}; as_root systemctl restart "$1"`
const RESET_FAILED = `${AS_ROOT}; as_root systemctl reset-failed "$1"`
const DAEMON_RELOAD = `${AS_ROOT}; as_root systemctl daemon-reload`

/** Ports that processes of the unit's cgroup listen on; only root sees whose they are. cgroups(7): v2, or the systemd tree of v1. */
const PORTS = [
  'group=$(systemctl show --value -p ControlGroup -- "$1")',
  'pids=" "',
  'for tree in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do',
  '  [ -n "$group" ] && [ -f "$tree$group/cgroup.procs" ] && pids="$pids$(tr "\\n" " " <"$tree$group/cgroup.procs")"',
  'done',
  'as_root ss -ltnpH 2>/dev/null | while read -r state recv send local peer users; do',
  `  pid=\${users#*pid=}; pid=\${pid%%,*}`,
  `  case "$pids" in *" $pid "*) printf "Port=%s\\n" "\${local##*:}" ;; esac`,
  'done',
].join('\n')

const LOOK = [AS_ROOT, 'printf "Boot=%s\\n" "$(tr -d - </proc/sys/kernel/random/boot_id)"', SHOW, PORTS].join(
  '\n',
)

/**
 * Polls on the host until the unit has been up for $3 seconds under another invocation than $2 without a start of its own, or
 * has failed, or was started three times by systemd itself, or $4 seconds are over. Prints for how many hundredths of a second it held, and the last state.
 */
const WAIT = [
  AS_ROOT,
  `now() { read -r up rest </proc/uptime; echo "\${up%.*}\${up#*.}"; }`,
  'began=$(now); held=0; start=$began; last=',
  'while :; do',
  `  seen=$(${SHOW})`,
  '  at=$(now)',
  '  id=$(printf "%s\\n" "$seen" | sed -n "s/^InvocationID=//p"):$(printf "%s\\n" "$seen" | sed -n "s/^NRestarts=//p")',
  '  up=0; case "$seen" in *ActiveState=active*) up=1 ;; esac',
  '  case "$id" in "$2":*|:*) up=0 ;; esac',
  '  if [ $up = 1 ] && [ "$id" = "$last" ]; then held=$((at-start)); else held=0; start=$at; fi',
  '  if [ $up = 1 ]; then last=$id; else last=; fi',
  '  case "$seen" in *ActiveState=failed*) case "$id" in "$2":*) ;; *) break ;; esac ;; esac',
  '  if [ $up = 1 ] && [ $held -ge $(($3*100)) ]; then break; fi',
  '  case "$id" in *:[0-2]) ;; *) break ;; esac',
  '  if [ $((at-began)) -ge $(($4*100)) ]; then break; fi',
  '  sleep 0.3 2>/dev/null || sleep 1',
  'done',
  'printf "Held=%s\\n%s\\n" "$held" "$seen"',
  PORTS,
].join('\n')

/** The journal is for root and a few groups; who may not read it gets nothing. */
const JOURNAL = [
  AS_ROOT,
  'set -- "_SYSTEMD_INVOCATION_ID=$1" + "INVOCATION_ID=$1" -o cat -n "$2" --no-pager',
  '{ as_root journalctl "$@" || journalctl --quiet "$@"; } 2>/dev/null',
].join('\n')

/** Whether a program is there and says that the configuration is good, as root. */
const CONFIG_TEST = `${AS_ROOT}; command -v "$1" >/dev/null 2>&1 || [ -x "$1" ] || exit 127; as_root "$@" 2>&1`

const ANSWER_SEC = 15

export function surveyCommand(unit: string): string {
  return bounded(ANSWER_SEC, SURVEY, 'survey', unit)
}

export function lookCommand(unit: string): string {
  return bounded(ANSWER_SEC, LOOK, 'look', unit)
}

/** Blocks until the job of systemd is done; its exit code is evidence, no proof. */
export function restartCommand(unit: string, limitSec: number): string {
  return bounded(limitSec, RESTART, 'restart', unit)
}

export function resetFailedCommand(unit: string): string {
  return bounded(ANSWER_SEC, RESET_FAILED, 'reset-failed', unit)
}

export function daemonReloadCommand(): string {
  return bounded(60, DAEMON_RELOAD, 'daemon-reload')
}

/** @param holdSec how long it must be up; @param limitSec when to give up */
export function waitCommand(unit: string, before: string, holdSec: number, limitSec: number): string {
  return bounded(limitSec + ANSWER_SEC, WAIT, 'wait', unit, before, String(holdSec), String(limitSec))
}

export function journalCommand(invocation: string, lines: number): string {
  return bounded(ANSWER_SEC, JOURNAL, 'journal', invocation, String(lines))
}

export function configTestCommand(argv: readonly string[]): string {
  return bounded(30, CONFIG_TEST, 'config-test', ...argv)
}
