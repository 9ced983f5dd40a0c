import type {InWaves} from '../runbooks/linux/input.js'
import type {RebootInput} from '../runbooks/linux/reboot-input.js'
import type {RestartInput} from '../runbooks/linux/restart-input.js'
import type {AppProbe} from '../systems/linux/probe.js'
import type {WaveFlags} from './linux-flags.js'
import {inputOf, type NamedHost} from './linux-hosts.js'
import {UsageError} from './usage-error.js'

/** Tests that the makers of these services ship with them. */
const CONFIG_TESTS: Readonly<Record<string, string[]>> = {
  'nginx.service': ['nginx', '-t'],
  'haproxy.service': ['haproxy', '-c', '-q', '-f', '/etc/haproxy/haproxy.cfg'],
  'apache2.service': ['apachectl', 'configtest'],
  'httpd.service': ['apachectl', 'configtest'],
  'ssh.service': ['/usr/sbin/sshd', '-t'],
  'sshd.service': ['/usr/sbin/sshd', '-t'],
  'named.service': ['named-checkconf'],
  'postfix.service': ['postfix', 'check'],
}

/** @throws UsageError */
export function wavesInput(hosts: readonly NamedHost[], flags: WaveFlags): InWaves {
  const {wave: text, pause: pauseMs, 'max-failures': maxFailures} = flags
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.test(text) ? Number(text.slice(0, -1)) : 0
  const wave =
    percent > 0 && percent <= 100
      ? {percent}
      : /^[1-9]\d{0,4}$/.test(text)
        ? {hosts: Number(text)}
        : undefined
  if (!wave) throw new UsageError(`--wave ${text}: write a number of hosts such as 2, or percent such as 10%`)
  return {hosts: hosts.map(inputOf), wave, pauseMs, maxFailures}
}

export interface RestartFlags extends WaveFlags {
  soak: number
  probe?: string | undefined
  timeout?: number | undefined
  'daemon-reload': boolean
}

/** @throws UsageError */
export function restartInputOf(unit: string, hosts: readonly NamedHost[], flags: RestartFlags): RestartInput {
  const named = unitNamed(unit)
  const probe = flags.probe === undefined ? undefined : probeOf(flags.probe)
  const settings = hosts.map(({name, settings: {protect, services}}) => {
    const own = services[named]
    return [
      name,
      {
        protect,
        configTest: own?.configTest?.cmd ?? CONFIG_TESTS[named] ?? [],
        ownTest: own?.configTest !== undefined,
        probe: probe ?? own?.probe ?? null,
      },
    ] as const
  })
  return {
    ...wavesInput(hosts, flags),
    unit: named,
    settings: Object.fromEntries(settings),
    soakMs: flags.soak,
    timeoutMs: flags.timeout ?? null,
    daemonReload: flags['daemon-reload'],
  }
}

/** As systemctl reads it. @throws UsageError */
export function unitNamed(text: string): string {
  if (!/^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/.test(text))
    throw new UsageError(`'${text}' is not the name of a systemd unit`)
  return /\.(service|socket|timer|target|mount|automount|path|slice|scope|swap|device)$/.test(text)
    ? text
    : `${text}.service`
}

/** `tcp:80`, `http://...`, `cmd:...`. @throws UsageError */
function probeOf(text: string): AppProbe {
  if (/^tcp:\d{1,5}$/.test(text)) {
    const tcp = Number(text.slice(4))
    if (tcp >= 1 && tcp <= 65_535) return {tcp}
  }
  const url = text.replace(/^http:(?=https?:)/, '')
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return {url}
  if (text.startsWith('cmd:') && text.length > 4) return {shell: text.slice(4)}
  throw new UsageError(`--probe ${text}: write tcp:PORT, http://HOST/PATH or cmd:COMMAND`)
}

export interface RebootFlags extends WaveFlags {
  drain?: string | undefined
  undrain?: string | undefined
  'hook-timeout': number
  'expect-unit'?: string[] | undefined
  'down-timeout': number
  'up-timeout': number
  timeout?: number | undefined
}

/** @throws UsageError */
export function rebootInputOf(hosts: readonly NamedHost[], flags: RebootFlags): RebootInput {
  const {drain = '', undrain = ''} = flags
  const more = (flags['expect-unit'] ?? []).map(unitNamed)
  return {
    ...wavesInput(hosts, flags),
    settings: Object.fromEntries(
      hosts.map(({name, settings: {expect, verify}}) => [
        name,
        {expect: [...new Set([...expect, ...more])], verify: verify?.cmd ?? []},
      ]),
    ),
    drain,
    undrain,
    hookMs: flags['hook-timeout'],
    downMs: flags['down-timeout'],
    upMs: flags.timeout ?? flags['up-timeout'],
  }
}
