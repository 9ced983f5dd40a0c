import {isAbsolute, join, resolve} from 'node:path'
import type {Inventory} from '../inventory/schema.js'
import type {FleetLinks} from '../systems/receivers/fleet.js'
import type {Environment} from './environment.js'
import {secretValue} from './secrets.js'

type Target = Inventory['receivers'][string]

/**
 * Connections to the hosts of one fleet from the inventory; nothing is connected yet.
 * @param directory of the inventory: keys and secrets are relative to it
 * @param pinNew a host without a pinned key is believed, and its key is pinned when the fleet is let go of
 */
export async function openReceivers(
  {bastions, user, identity, keys: keysFile}: Target,
  directory: string,
  at: Environment,
  pinNew: boolean,
): Promise<FleetLinks> {
  const [{openFleet}, {readPinnedKeys, writePinnedKeys}] = await Promise.all([
    import('../systems/receivers/open.js'),
    import('../remote/fleet/pinned-keys.js'),
  ])
  const file = resolve(directory, keysFile)
  const believed: {id: string; port: number; line: string}[] = []
  const links = openFleet(
    {
      keys: await readPinnedKeys(file),
      bastions: Object.fromEntries(
        Object.entries(bastions).map(([name, {passphrase, ...target}]) => [
          name,
          passphrase ? {...target, passphrase: () => secretValue(passphrase, directory, at)} : target,
        ]),
      ),
      ...(user !== undefined && {user}),
      ...(identity && {identityFiles: identity.map((one) => pathOf(one, directory, at.home))}),
      ...(pinNew && {unpinned: 'accept' as const}),
      onNewKey: ({id, port}, line) => void believed.push({id, port, line}),
    },
    {home: at.home, user: at.user, env: at.env, ...(at.uid !== undefined && {uid: at.uid})},
  )
  return {
    ...links,
    async close() {
      await links.close()
      if (believed.length === 0) return
      // Somebody else may have pinned others meanwhile.
      const now = await readPinnedKeys(file)
      for (const {id, port, line} of believed) now.add(id, port, line)
      await writePinnedKeys(file, now)
    },
  }
}

function pathOf(path: string, directory: string, home: string): string {
  if (path.startsWith('~/')) return join(home, path.slice(2))
  return isAbsolute(path) ? path : resolve(directory, path)
}
