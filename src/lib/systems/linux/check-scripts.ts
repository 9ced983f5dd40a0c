import {bounded} from './bounded.js'
import {UNIT_PROPERTIES} from './unit-state.js'

/** What every runbook of a host needs, and whether the host is well. */
const CHECK = [
  'printf "System=%s\\n" "$(uname -sm)"',
  'printf "Release=%s\\n" "$(. /etc/os-release 2>/dev/null; echo "$PRETTY_NAME")"',
  'printf "Init=%s\\n" "$(cat /proc/1/comm 2>/dev/null)"',
  'printf "User=%s\\n" "$(id -un)"',
  'if [ "$(id -u)" = 0 ] || sudo -n -l systemctl restart redeye-check.service >/dev/null 2>&1; then echo Sudo=yes; fi',
  'for tool in systemctl timeout ss df journalctl; do command -v "$tool" >/dev/null 2>&1 || printf "Lacks=%s\\n" "$tool"; done',
  'printf "Clock=%s\\n" "$(date +%s.%N)"',
  'printf "State=%s\\n" "$(systemctl is-system-running 2>/dev/null)"',
  'systemctl list-units --failed --plain --no-legend 2>/dev/null | while read -r unit rest; do printf "Failed=%s\\n" "$unit"; done',
  'for dir in /run /tmp; do printf "FreeKib=%s %s\\n" "$dir" "$(df -P -k "$dir" | sed -n "2s/^[^ ]* *[0-9]* *[0-9]* *\\([0-9]*\\).*/\\1/p")"; done',
  'while read -r what where kind options rest; do',
  '  case "$what:,$options," in /dev/*:*,ro,*) case "$kind" in squashfs|iso9660|erofs) ;; *) printf "ReadOnly=%s\\n" "$where" ;; esac ;; esac',
  'done </proc/mounts',
].join('\n')

/** The unit, and what it last said when it does not run. */
const STATUS = [
  'printf "Init=%s\\n" "$(cat /proc/1/comm 2>/dev/null)"',
  `systemctl show -p ${UNIT_PROPERTIES} -- "$1"`,
].join('\n')

export function checkCommand(): string {
  return bounded(15, CHECK, 'check')
}

export function statusCommand(unit: string): string {
  return bounded(15, STATUS, 'status', unit)
}
