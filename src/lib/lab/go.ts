import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

export const GO_NEEDED = 'Go 1.26 or newer'

/** What a `go` says of itself, and whether it can build our peers. Undefined when there is none, or it cannot be run. */
export async function goVersion(
  command: string | undefined,
): Promise<{version: string; enough: boolean} | undefined> {
  if (command === undefined) return undefined
  const said = await promisify(execFile)(command, ['env', 'GOVERSION']).catch(() => undefined)
  const version = said?.stdout.trim()
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version ?? '') ?? []
  if (!version || !major || !minor) return undefined
  return {version, enough: Number(major) > 1 || Number(minor) >= 26}
}
