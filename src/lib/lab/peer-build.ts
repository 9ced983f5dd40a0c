import {execFile} from 'node:child_process'
import {createHash, randomUUID} from 'node:crypto'
import {mkdir, readdir, readFile, rename, rm} from 'node:fs/promises'
import {arch, homedir} from 'node:os'
import {promisify} from 'node:util'
import {exists} from './exists.js'

/** A program that is built from a Go module of ours. */
export type Peer = {
  name: string
  /** Directory of its Go module. */
  sources: string
  /** Directory below it that the program is in; the module's own unless said. */
  below?: string
}

const BUILD_MS = 600_000

/** Runs the rest with Go in PATH also where its makers' archive puts it. */
const WITH_GO = 'PATH="$PATH:/usr/local/go/bin" exec env "$@"'
const SETTINGS = ['GOFLAGS=-mod=readonly', 'GOWORK=off', 'CGO_ENABLED=0']

/**
 * Path of the program, built when its sources are new here: up to a minute, and the network for the modules it needs.
 * Builds side by side do not meet: each has a file of its own until it is renamed.
 * @throws with what the compiler said
 */
export async function buildPeer(peer: Peer, cacheDir = `${homedir()}/.cache/redeye`): Promise<string> {
  const dir = `${cacheDir}/${peer.name}-${await digest(peer)}`
  const program = `${dir}/${peer.name}`
  if (await exists(program)) return program
  await mkdir(dir, {recursive: true, mode: 0o700})
  const fresh = `${program}.${randomUUID()}`
  const build = [
    'go',
    'build',
    '-trimpath',
    '-buildvcs=false',
    '-o',
    fresh,
    peer.below === undefined ? '.' : `./${peer.below}`,
  ]
  try {
    await promisify(execFile)('sh', ['-c', WITH_GO, 'sh', ...SETTINGS, ...build], {
      cwd: peer.sources,
      timeout: BUILD_MS,
    })
    await rename(fresh, program)
  } catch (error) {
    await rm(fresh, {force: true})
    const said = error as Error & {stderr?: string}
    throw new Error(`${peer.name} could not be built in ${peer.sources}: ${said.stderr || said.message}`)
  }
  return program
}

/** Changes with every source of the program, and with the machine's architecture. */
async function digest({sources, below}: Peer): Promise<string> {
  const hash = createHash('sha256').update(arch())
  for (const dir of [sources, ...(below === undefined ? [] : [`${sources}/${below}`])]) {
    const names = (await readdir(dir)).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name)).sort()
    for (const name of names) hash.update(`${name}\0`).update(await readFile(`${dir}/${name}`))
  }
  return hash.digest('hex').slice(0, 16)
}
