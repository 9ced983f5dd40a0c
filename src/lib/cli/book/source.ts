import {readFile} from 'node:fs/promises'
import {basename, resolve} from 'node:path'
import {type Document, parseDocument} from '../../book/document.js'
import {nameProblems} from '../../book/names.js'
import type {Problem} from '../../book/problem.js'
import type {Environment} from '../environment.js'
import {UsageError} from '../usage-error.js'

/** A document as it was named and read. */
export interface BookSource {
  file: string
  /** Without its folder and ending: what is locked, and its title where it has none. */
  name: string
  text: string
  document: Document
  /** What is wrong with it by itself. */
  problems: Problem[]
}

/** @throws UsageError when there is no such file */
export async function readBook(file: string, {cwd}: Environment): Promise<BookSource> {
  const text = await readFile(resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message
    throw new UsageError(`cannot read the document ${file}: ${why}`)
  })
  const name = basename(file).replace(/\.(md|markdown)$/, '')
  const document = parseDocument(text, name)
  const problems = [...document.problems, ...nameProblems(document, text)]
  const empty = !document.parts.some(({kind}) => kind === 'block')
  return {file, name, text, document, problems: empty ? [...problems, NO_COMMAND] : problems}
}

const NO_COMMAND: Problem = {
  line: 1,
  column: 1,
  message: 'there is no command in it: put them between ```redeye and ```',
}
