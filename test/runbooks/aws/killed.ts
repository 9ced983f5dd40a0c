import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createRequire} from 'node:module'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {expect} from 'vitest'

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Runs a program of this folder that kills itself. @returns the run that it said */
export async function killed(program: string, asked: object): Promise<string> {
  const file = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, ['--import', TSX, file, JSON.stringify(asked)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += String(chunk)
  })
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL'])
  return said.trim()
}
