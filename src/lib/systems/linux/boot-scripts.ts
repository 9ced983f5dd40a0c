import {AS_ROOT, bounded} from './bounded.js'

/**
 * A boot: its id, and when process 1 was started, because a container may show the id of the machine below it.
 * proc(5): field 22 of stat, in clock ticks since the machine's own boot.
 */
const BOOT = [
  'ticks=$(cut -d" " -f22 /proc/1/stat)',
  'printf "Boot=%s-%s\\n" "$(tr -d - </proc/sys/kernel/random/boot_id)" "$ticks"',
  'printf "State=%s\\n" "$(systemctl is-system-running 2>/dev/null)"',
].join('\n')

const FAILED =
  'systemctl list-units --failed --plain --no-legend 2>/dev/null | while read -r unit rest; do printf "Failed=%s\\n" "$unit"; done'

/** Listening TCP ports, and what is mounted from a device or another host. */
const AROUND = [
  `ss -ltnH 2>/dev/null | while read -r state recv send local rest; do printf "Port=%s\\n" "\${local##*:}"; done`,
  'while read -r what where kind rest; do',
  '  case "$what:$kind" in /dev/*|*:nfs|*:nfs4|*:cifs|*:zfs|*:ceph) printf "Mount=%s\\n" "$where" ;; esac',
  'done </proc/mounts',
].join('\n')

const KERNELS = [
  'printf "Kernel=%s\\n" "$(uname -r)"',
  'newest=$(ls -1 /boot 2>/dev/null | sed -n "s/^vmlinuz-//p" | sort -V | tail -n 1)',
  'printf "Newest=%s\\n" "$newest"',
  'if [ -n "$newest" ] && [ ! -e "/boot/initrd.img-$newest" ] && [ ! -e "/boot/initramfs-$newest.img" ] && [ ! -e "/boot/initrd-$newest" ]; then echo Initrd=missing; fi',
  'if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then echo Required=yes; fi',
].join('\n')

/** What speaks against a reboot now. */
const AGAINST = [
  'who 2>/dev/null | while read -r user line rest; do printf "Login=%s on %s\\n" "$user" "$line"; done',
  'systemd-inhibit --list --no-legend 2>/dev/null | grep "shutdown.* block *$" | tr -s " " | while read -r line; do printf "Inhibited=%s\\n" "$line"; done',
  'for dir in /proc/[0-9]*; do',
  '  read -r name <"$dir/comm" 2>/dev/null || continue',
  '  case "$name" in apt|apt-get|dpkg|unattended-upgr|rpm|dnf|yum|zypper|pacman) printf "Packages=%s\\n" "$name" ;; esac',
  'done 2>/dev/null',
  'grep -B1 "\\[U*_" /proc/mdstat 2>/dev/null | sed -n "s/ :.*//p" | while read -r array; do printf "Raid=%s\\n" "$array"; done',
  'if [ -r /etc/crypttab ] && grep -Eq "^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+(none|-)" /etc/crypttab && [ ! -e /etc/dropbear/initramfs/authorized_keys ] && [ ! -e /etc/dropbear-initramfs/authorized_keys ] && ! command -v clevis >/dev/null 2>&1; then echo Locked=yes; fi',
].join('\n')

const MAY =
  'if [ "$(id -u)" != 0 ]; then sudo -n -l systemctl reboot >/dev/null 2>&1 || echo "Denied=systemctl reboot"; fi'

const SURVEY = [
  AS_ROOT,
  'printf "Init=%s\\nUser=%s\\n" "$(cat /proc/1/comm 2>/dev/null)" "$(id -un)"',
  BOOT,
  'tick=$(getconf CLK_TCK 2>/dev/null || echo 100); read -r up rest </proc/uptime',
  `printf "Age=%s\\n" "$((\${up%.*}-ticks/tick))"`,
  FAILED,
  AROUND,
  KERNELS,
  AGAINST,
  MAY,
].join('\n')

const LOOK = BOOT

/** Waits, on the host, until all units have been started. */
const AFTER = [
  AS_ROOT,
  'timeout "$1" systemctl is-system-running --wait >/dev/null 2>&1; shift',
  BOOT,
  FAILED,
  'for unit in "$@"; do printf "Expected=%s %s\\n" "$unit" "$(systemctl is-active -- "$unit" 2>/dev/null)"; done',
  AROUND,
].join('\n')

/** From a timer, so that the answer is here before the host goes; where only the plain command is allowed, by that. */
const REBOOT = [
  AS_ROOT,
  'if [ "$(id -u)" = 0 ] || sudo -n -l systemd-run >/dev/null 2>&1; then',
  '  as_root systemd-run --quiet --on-active=1 --unit="$1" --timer-property=AccuracySec=100ms systemctl reboot && exit 0',
  'fi',
  'as_root systemctl reboot',
].join('\n')

const JOBS = 'systemctl list-jobs --plain --no-legend 2>/dev/null | tr -s " "'

const JOURNAL = `${AS_ROOT}; set -- -b -u "$1" -o cat -n "$2" --no-pager; { as_root journalctl "$@" || journalctl --quiet "$@"; } 2>/dev/null`

const ANSWER_SEC = 20

export function bootSurveyCommand(): string {
  return bounded(ANSWER_SEC, SURVEY, 'survey')
}

export function bootLookCommand(): string {
  return bounded(8, LOOK, 'look')
}

export function afterBootCommand(waitSec: number, expected: readonly string[]): string {
  return bounded(waitSec + ANSWER_SEC, AFTER, 'after', String(waitSec), ...expected)
}

export function rebootCommand(timer: string): string {
  return bounded(ANSWER_SEC, REBOOT, 'reboot', timer)
}

export function jobsCommand(): string {
  return bounded(8, JOBS, 'jobs')
}

export function unitJournalCommand(unit: string, lines: number): string {
  return bounded(ANSWER_SEC, JOURNAL, 'journal', unit, String(lines))
}
