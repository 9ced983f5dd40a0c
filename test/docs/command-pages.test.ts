import {readdir, readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
// @ts-expect-error a script, without types
import {commandPages} from '../../scripts/command-pages.js'

const DIR = new URL('../../docs/commands/', import.meta.url)

test('the pages of the commands are those that the commands make now: npm run docs', async () => {
  const made: Map<string, string> = await commandPages()
  expect(made.size).toBeGreaterThan(10)
  expect((await readdir(DIR)).sort()).toEqual([...made.keys()].sort())
  for (const [name, text] of made) expect(await readFile(new URL(name, DIR), 'utf8'), name).toBe(text)
})
