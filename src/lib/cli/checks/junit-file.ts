import {access, constants, rename, rm, stat, writeFile} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import type {Outcome} from '../../engine/outcome.js'
import {junitXml} from '../../report/junit.js'
import type {Environment} from '../environment.js'
import {secrets} from '../secrets.js'
import {UsageError} from '../usage-error.js'

/** Writes outcomes to the file, each whole in place of the one before. */
export type JunitFile = (outcome: Outcome, beganMs: number) => Promise<void>

/** @throws UsageError before anything is asked, when it could not be written there */
export async function junitFile(path: string, {cwd, pid}: Environment): Promise<JunitFile> {
  const file = resolve(cwd, path)
  const isDirectory = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isDirectory) throw new UsageError(`--junit ${path}: that is a directory; name a file`)
  await access(dirname(file), constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--junit ${path}: nothing can be written into ${dirname(file)} (${error.code})`)
  })
  return async (outcome, beganMs) => {
    const beside = `${file}.${pid}.new`
    try {
      await writeFile(beside, junitXml(secrets.redactAll(outcome), beganMs))
      await rename(beside, file)
    } catch (error) {
      await rm(beside, {force: true})
      throw new UsageError(`--junit ${path}: ${(error as Error).message}`)
    }
  }
}
