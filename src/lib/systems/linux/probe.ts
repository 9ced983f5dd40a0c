import {lastWords} from './asking.js'
import {bounded} from './bounded.js'
import type {LinuxHost} from './host.js'

/** A question to the application, asked on the host itself: nothing between us and it can be in the way. */
export type AppProbe = {tcp: number} | {url: string} | {cmd: string[]} | {shell: string}

const TCP = 'exec bash -c \'exec 3<>"/dev/tcp/127.0.0.1/$0"\' "$1" 2>/dev/null'

/** Any of three clients; the last one speaks plain HTTP alone. Prints the status code. */
const HTTP = [
  'if command -v curl >/dev/null 2>&1; then exec curl -s -S -o /dev/null -m 5 -w "%{http_code}" -- "$1"; fi',
  'case "$1" in https:*) echo "curl is not installed" >&2; exit 127 ;; esac',
  'exec bash -c \'exec 3<>"/dev/tcp/$0/$1" || exit 7',
  'printf "GET %s HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n" "$2" "$0" >&3',
  'read -r version status rest <&3; printf %s "$status"\' "$2" "$3" "$4"',
].join('\n')

const LIMIT_SEC = 10

/** Never throws for what the application answers. @throws RemoteError */
export async function askApp(
  host: LinuxHost,
  probe: AppProbe,
  signal: AbortSignal,
): Promise<{ok: boolean; saw: string}> {
  const {code, stdout, stderr} = await host.run(commandOf(probe), {
    signal,
    timeoutMs: LIMIT_SEC * 1000 + 5000,
  })
  if ('url' in probe && code === 0) {
    const status = stdout.trim()
    return {ok: /^2\d\d$/.test(status), saw: `${probe.url} answers ${status || 'nothing'}`}
  }
  if (code === 0) return {ok: true, saw: `${probeText(probe)} is well`}
  if ('tcp' in probe && code === 1) return {ok: false, saw: `nothing answers on port ${probe.tcp}`}
  const words = lastWords({stdout, stderr})
  return {ok: false, saw: `${probeText(probe)} ended with ${code ?? 'a signal'}${words && `: ${words}`}`}
}

export function probeText(probe: AppProbe): string {
  if ('tcp' in probe) return `tcp:${probe.tcp}`
  if ('url' in probe) return probe.url
  return 'cmd' in probe ? probe.cmd.join(' ') : probe.shell
}

function commandOf(probe: AppProbe): string {
  if ('tcp' in probe) return bounded(LIMIT_SEC, TCP, 'probe', String(probe.tcp))
  if ('cmd' in probe) return bounded(LIMIT_SEC, 'exec "$@"', 'probe', ...probe.cmd)
  if ('shell' in probe) return bounded(LIMIT_SEC, 'eval "$1"', 'probe', probe.shell)
  const {hostname, port, protocol, pathname, search} = new URL(probe.url)
  const at = port || (protocol === 'https:' ? '443' : '80')
  return bounded(LIMIT_SEC, HTTP, 'probe', probe.url, hostname, at, `${pathname}${search}`)
}
