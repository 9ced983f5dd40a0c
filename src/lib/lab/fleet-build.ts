import {fileURLToPath} from 'node:url'
import {buildPeer} from './peer-build.js'

/** The same from `src` and from `dist`. */
const SOURCES = fileURLToPath(new URL('../../../test/peers/fleet', import.meta.url))

/** Path of the fleet simulator, built when its sources are new here. @throws with what the compiler said */
export function buildFleetPeer(cacheDir?: string): Promise<string> {
  return buildPeer({name: 'fleet', sources: SOURCES}, cacheDir)
}
