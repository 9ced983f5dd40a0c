import {type FileHandle, open} from 'node:fs/promises'
import {join} from 'node:path'

/** Socket paths end at 107 bytes on Linux (sun_path in unix(7)), fewer elsewhere. */
const LONGEST = 100
export const SOCKET_NAME = 'steer.sock'

/** The socket of a run by a name that is short enough, however deep its directory is; close it after use. */
export async function socketPath(directory: string): Promise<{path: string; close(): Promise<void>}> {
  const path = join(directory, SOCKET_NAME)
  if (Buffer.byteLength(path) <= LONGEST) return {path, close: async () => {}}
  const handle: FileHandle = await open(directory, 'r')
  return {path: `/proc/self/fd/${handle.fd}/${SOCKET_NAME}`, close: () => handle.close()}
}
