import {execFile} from 'node:child_process'
import {createHash, randomUUID} from 'node:crypto'
import {mkdir, readFile, rename, rm} from 'node:fs/promises'
import {homedir} from 'node:os'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {exists} from './exists.js'

/** The same from `src` and from `dist`. */
const REQUIREMENTS = fileURLToPath(new URL('../../../test/peers/moto/requirements.txt', import.meta.url))
const BUILD_MS = 600_000

/**
 * Path of a Python that has moto, in a virtual environment of its own; made when the requirements are new here: up to a
 * minute, and the network. It is complete before it gets its name, so that two at once do not meet.
 * @throws with what pip said
 */
export async function buildMoto(cacheDir = `${homedir()}/.cache/redeye`): Promise<string> {
  const digest = createHash('sha256').update(await readFile(REQUIREMENTS))
  const dir = `${cacheDir}/moto-${digest.digest('hex').slice(0, 16)}`
  const python = `${dir}/bin/python`
  if (await exists(python)) return python
  const fresh = `${dir}.${randomUUID()}`
  await mkdir(dirname(fresh), {recursive: true, mode: 0o700})
  const run = (command: string, args: string[]) => promisify(execFile)(command, args, {timeout: BUILD_MS})
  try {
    await run('python3', ['-m', 'venv', fresh])
    await run(`${fresh}/bin/python`, ['-m', 'pip', 'install', '--quiet', '--no-input', '-r', REQUIREMENTS])
    await rename(fresh, dir).catch(async (error: unknown) => {
      if (!(await exists(python))) throw error
    })
  } catch (error) {
    const said = error as Error & {stderr?: string}
    throw new Error(`moto could not be installed into ${dir}: ${said.stderr || said.message}`)
  } finally {
    await rm(fresh, {recursive: true, force: true})
  }
  return python
}
