import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises'

/** How the unit of a node goes wrong at its next restart; absent: not at all. */
export type UnitWays = 'fails' | 'no-unit' | 'hangs'

/** A machine behind Systems Manager: scripts run in a real shell, with a systemctl that keeps one unit in files. */
export interface SsmNode {
  /** For the shell of its commands. */
  env: Readonly<Record<string, string>>
  /** Restarts that were asked for. */
  restarts(): Promise<number>
}

const SYSTEMCTL = `#!/bin/sh
unit() {
  printf 'Id=%s\\nLoadState=%s\\nActiveState=%s\\nSubState=%s\\nInvocationID=%s\\nNRestarts=0\\n' "$UNIT" "$1" "$2" "$3" "$4"
}
case "$1" in
  show) cat "$NODE/state" ;;
  restart)
    count=$(($(cat "$NODE/count") + 1)); echo $count >"$NODE/count"
    fresh=$(printf '%032x' $count)
    case "$(cat "$NODE/ways")" in
      hangs) sleep 600 ;;
      fails) unit loaded failed failed "$fresh" >"$NODE/state" ;;
      *) unit loaded active running "$fresh" >"$NODE/state" ;;
    esac ;;
esac
`

/** @param dir of this node alone; the caller removes it */
export async function ssmNode(dir: string, unit: string, ways: UnitWays | '' = ''): Promise<SsmNode> {
  await mkdir(`${dir}/bin`, {recursive: true})
  const load = ways === 'no-unit' ? 'not-found' : 'loaded'
  const state = `Id=${unit}\nLoadState=${load}\nActiveState=active\nSubState=running\nInvocationID=${'a'.repeat(32)}\nNRestarts=0\n`
  await Promise.all([
    writeFile(`${dir}/bin/systemctl`, SYSTEMCTL),
    writeFile(`${dir}/state`, state),
    writeFile(`${dir}/count`, '0\n'),
    writeFile(`${dir}/ways`, `${ways}\n`),
  ])
  await chmod(`${dir}/bin/systemctl`, 0o755)
  return {
    env: {PATH: `${dir}/bin:${process.env.PATH}`, NODE: dir, UNIT: unit},
    restarts: async () => Number(await readFile(`${dir}/count`, 'utf8')),
  }
}
