import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {z} from 'zod'
import type {TargetAnswer} from '../../engine/outcome.js'
import type {Environment} from '../environment.js'
import {secrets} from '../secrets.js'

const finding = z.object({id: z.string(), level: z.enum(['pass', 'warn', 'refuse']), saw: z.string()})
const record = z.object({at: z.string(), findings: z.array(finding)})

/** What a target answered when it was last all well. */
export type LastOk = z.infer<typeof record>

/** Undefined when it never was, or what is there was not written by this version. */
export async function readLastOk(target: string, at: Environment): Promise<LastOk | undefined> {
  try {
    return record.parse(JSON.parse(await readFile(fileOf(target, at), 'utf8')))
  } catch {
    return undefined
  }
}

/** Keeps the answers of those that are well. @returns why that was not possible */
export async function keepLastOk(
  answers: readonly TargetAnswer[],
  nowMs: number,
  at: Environment,
): Promise<string | undefined> {
  try {
    for (const {target, findings, answer} of answers)
      if (answer === 'ok')
        await writeWhole(
          fileOf(target, at),
          secrets.redactAll({at: new Date(nowMs).toISOString(), findings}),
          at.pid,
        )
    return undefined
  } catch (error) {
    return `what was seen could not be kept for --since-ok: ${(error as Error).message}`
  }
}

/** Names of targets are plain words, of systems too. */
function fileOf(target: string, {stateDir}: Environment): string {
  return join(stateDir, 'checks', `${target}.json`)
}

/** Beside it first, under a name that no other process has. */
async function writeWhole(file: string, value: unknown, pid: number): Promise<void> {
  await mkdir(dirname(file), {recursive: true, mode: 0o700})
  const beside = `${file}.${pid}.new`
  try {
    await writeFile(beside, `${JSON.stringify(value)}\n`, {mode: 0o600})
    await rename(beside, file)
  } catch (error) {
    await rm(beside, {force: true})
    throw error
  }
}
