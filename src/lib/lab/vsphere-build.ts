import {fileURLToPath} from 'node:url'
import {buildPeer} from './peer-build.js'

/** The simulator, or the tool of its makers that we are measured against. */
export type VspherePeer = 'vcsim' | 'govc'

/** The same from `src` and from `dist`. */
const SOURCES = fileURLToPath(new URL('../../../test/peers/vcsim', import.meta.url))

/** Path of the program, built when its sources are new here. @throws with what the compiler said */
export function buildVspherePeer(peer: VspherePeer = 'vcsim', cacheDir?: string): Promise<string> {
  return buildPeer({name: peer, sources: SOURCES, ...(peer === 'govc' && {below: 'govc'})}, cacheDir)
}
