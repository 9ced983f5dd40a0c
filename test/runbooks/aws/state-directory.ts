import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {afterEach, beforeEach} from 'vitest'

/** Another one for each test. */
export function stateDirectory(): () => string {
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(`${tmpdir()}/aw-`)
  })
  afterEach(() => rm(dir, {recursive: true, force: true}))
  return () => dir
}
