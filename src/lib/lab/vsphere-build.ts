import {execFile} from 'node:child_process'
import {createHash, randomUUID} from 'node:crypto'
import {access, mkdir, readdir, readFile, rename, rm} from 'node:fs/promises'
import {arch, homedir} from 'node:os'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'

/** The simulator, or the tool of its makers that we are measured against. */
export type VspherePeer = 'vcsim' | 'govc'

/** The same from `src` and from `dist`. */
const SOURCES = fileURLToPath(new URL('../../../test/peers/vcsim', import.meta.url))

const BUILD_MS = 600_000

/** Runs the rest with Go in PATH also where its makers' archive puts it. */
const WITH_GO = 'PATH="$PATH:/usr/local/go/bin" exec env "$@"'

/**
 * Path of the program, built from our Go module when its sources are new here: about a minute the first time, and the
 * network for the modules. Builds side by side do not meet: each has a file of its own until it is renamed.
 * @throws with what the compiler said
 */
export async function buildVspherePeer(
  peer: VspherePeer = 'vcsim',
  cacheDir = `${homedir()}/.cache/redeye`,
): Promise<string> {
  const dir = `${cacheDir}/${peer}-${await digest(peer)}`
  const program = `${dir}/${peer}`
  if (await exists(program)) return program
  await mkdir(dir, {recursive: true, mode: 0o700})
  const fresh = `${program}.${randomUUID()}`
  const settings = ['GOFLAGS=-mod=readonly', 'GOWORK=off', 'CGO_ENABLED=0']
  const build = [
    'go',
    'build',
    '-trimpath',
    '-buildvcs=false',
    '-o',
    fresh,
    peer === 'vcsim' ? '.' : './govc',
  ]
  try {
    const args = ['-c', WITH_GO, 'sh', ...settings, ...build]
    await promisify(execFile)('sh', args, {cwd: SOURCES, timeout: BUILD_MS})
    await rename(fresh, program)
  } catch (error) {
    await rm(fresh, {force: true})
    const said = error as Error & {stderr?: string}
    throw new Error(`${peer} could not be built in ${SOURCES}: ${said.stderr || said.message}`)
  }
  return program
}

/** Changes with every source of the program, and with the machine's architecture. */
async function digest(peer: VspherePeer): Promise<string> {
  const dirs = peer === 'vcsim' ? [SOURCES] : [SOURCES, `${SOURCES}/govc`]
  const hash = createHash('sha256').update(arch())
  for (const dir of dirs) {
    const names = (await readdir(dir)).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name)).sort()
    for (const name of names) hash.update(`${name}\0`).update(await readFile(`${dir}/${name}`))
  }
  return hash.digest('hex').slice(0, 16)
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
