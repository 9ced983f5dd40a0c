import {plainCommand, script} from '../../remote/ssh/script.js'

export {plainCommand}

/**
 * The command lines that hosts are sent. Each is a constant script with its arguments behind it, never inside it: nothing of
 * an inventory is ever read as shell. The scripts keep to POSIX sh and to what systemctl knows since systemd 232.
 */

const PROPERTIES = 'Id,LoadState,ActiveState,SubState,InvocationID,NRestarts,ExecMainStartTimestampMonotonic'
const SHOW = `systemctl show -p ${PROPERTIES} -- "$1"`
const BOOT = 'printf "Boot=%s\\n" "$(tr -d - </proc/sys/kernel/random/boot_id)"'

const LOOK = `${BOOT}; ${SHOW}`

/** As root, or by sudo without a password: one that would ask fails at once. */
const RESTART =
  'if [ "$(id -u)" = 0 ]; then exec systemctl restart -- "$1"; else exec sudo -n systemctl restart -- "$1"; fi'

/**
 * Polls on the host, once a second, until the unit has been active under another invocation for $3 seconds without a restart
 * of its own, or has failed, or $4 seconds are over. Prints how long it held, and the last state.
 */
const WAIT = [
  'held=0; start=0; last=; end=$(($(date +%s)+$4))',
  'while :; do',
  `  seen=$(${SHOW})`,
  '  now=$(date +%s)',
  '  id=$(printf "%s\\n" "$seen" | sed -n "s/^InvocationID=//p"):$(printf "%s\\n" "$seen" | sed -n "s/^NRestarts=//p")',
  '  case "$seen" in *ActiveState=active*) up=1 ;; *) up=0 ;; esac',
  '  case "$id" in "$2":*) up=0 ;; esac',
  '  if [ $up = 1 ] && [ "$id" = "$last" ]; then held=$((now-start)); else held=0; start=$now; fi',
  '  if [ $up = 1 ]; then last=$id; else last=; fi',
  '  case "$seen" in *ActiveState=failed*) break ;; esac',
  '  if [ $up = 1 ] && [ $held -gt "$3" ]; then break; fi',
  '  if [ "$now" -ge $end ]; then break; fi',
  '  sleep 1',
  'done',
  'printf "Held=%s\\n%s\\n" "$held" "$seen"',
].join('\n')

const HEALTH = [
  BOOT,
  'printf "Clock=%s\\n" "$(date +%s)"',
  'printf "Uptime=%s\\n" "$(cut -d. -f1 /proc/uptime)"',
  'printf "DiskUsedPercent=%s\\n" "$(df -P / | sed -n "2s/.* \\([0-9]*\\)%.*/\\1/p")"',
  'printf "TemperatureMilli=%s\\n" "$(cat /sys/class/thermal/thermal_zone0/temp 2>/dev/null)"',
  'printf "Throttled=%s\\n" "$(vcgencmd get_throttled 2>/dev/null | cut -d= -f2)"',
  SHOW,
].join('; ')

/** Whether RESTART would be allowed to, without doing it. */
const MAY =
  'if [ "$(id -u)" = 0 ]; then command -v systemctl; else exec sudo -n -l systemctl restart -- "$1"; fi'

const REBOOT = 'if [ "$(id -u)" = 0 ]; then exec systemctl reboot; else exec sudo -n systemctl reboot; fi'

/**
 * Looks, restarts and waits in one go, as root, for ways that cost much for each command. $1 the unit, $2 seconds to hold, $3 seconds at
 * most, $4 a command line of the person's own, or nothing. Exit code 0, whatever it saw: its words say it.
 */
const RESTART_AND_WAIT = [
  `seen=$(${SHOW})`,
  'case "$seen" in *LoadState=loaded*) ;; *) printf "%s\\n" "$seen"; exit 0 ;; esac',
  'before=$(printf "%s\\n" "$seen" | sed -n "s/^InvocationID=//p"); verify=$4',
  'systemctl restart -- "$1" >/dev/null 2>&1',
  'set -- "$1" "$before" "$2" "$3"',
  WAIT,
  'printf "Before=%s\\n" "$before"',
  'if [ -n "$verify" ]; then sh -c "$verify" >/dev/null 2>&1; printf "Verify=%s\\n" $?; fi',
].join('\n')

/** Boot id and state of the unit. */
export function lookCommand(unit: string): string {
  return script(LOOK, 'redeye-look', unit)
}

/** Its exit code says little: a unit that crashes a moment later has started. */
export function restartCommand(unit: string): string {
  return script(RESTART, 'redeye-restart', unit)
}

/** @param stableSec how long it must hold; @param limitSec when to give up */
export function waitCommand(unit: string, before: string, stableSec: number, limitSec: number): string {
  return script(WAIT, 'redeye-wait', unit, before, String(stableSec), String(limitSec))
}

export function healthCommand(unit: string): string {
  return script(HEALTH, 'redeye-health', unit)
}

export function mayCommand(unit: string): string {
  return script(MAY, 'redeye-may', unit)
}

/** @param verify empty: none */
export function restartAndWaitCommand(
  unit: string,
  stableSec: number,
  limitSec: number,
  verify: string,
): string {
  return script(
    RESTART_AND_WAIT,
    'redeye-restart-and-wait',
    unit,
    String(stableSec),
    String(limitSec),
    verify,
  )
}

export function rebootCommand(): string {
  return script(REBOOT, 'redeye-reboot')
}
