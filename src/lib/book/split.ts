import type {Problem} from './problem.js'

/** A word of a command with its place, before its variables are filled in. */
export interface Word {
  text: string
  line: number
  column: number
  /** Begins with a variable: its value must not be taken for a flag. */
  open: boolean
}

/** A line of the document: its number and the column in which the text begins, both from 1. */
export interface SourceLine {
  text: string
  line: number
  column: number
}

export interface Split {
  /** One list of words for each command. */
  commands: Word[][]
  problems: Problem[]
}

/** What a shell would act on. */
const OF_A_SHELL = /[$`|;&<>()]/

/** The commands of a block. It is no shell: quotes and backslashes are all that means anything. */
export function split(lines: readonly SourceLine[]): Split {
  const found: Split = {commands: [], problems: []}
  let words: Word[] = []
  for (const [at, line] of lines.entries()) {
    const {continues} = splitLine(line, words, found.problems)
    if (continues && at < lines.length - 1) continue
    if (continues)
      found.problems.push({...endOf(line), message: 'the command goes on behind the end of the block'})
    if (words.length > 0) found.commands.push(withoutName(words))
    words = []
  }
  return {...found, commands: found.commands.filter((command) => command.length > 0)}
}

function endOf({text, line, column}: SourceLine): Pick<Problem, 'line' | 'column'> {
  return {line, column: column + Math.max(0, text.length - 1)}
}

/** People write `redeye haproxy status`, with or without the `$` of a prompt. */
function withoutName(words: readonly Word[]): Word[] {
  const [first, ...rest] = words
  return first?.text === 'redeye' ? rest : [...words]
}

/** Takes one line into the words of the command so far. */
function splitLine(
  {text: whole, line, column: from}: SourceLine,
  words: Word[],
  problems: Problem[],
): {continues: boolean} {
  const prompt = words.length === 0 ? (/^\s*\$\s+/.exec(whole)?.[0].length ?? 0) : 0
  let at = prompt
  let word: Word | undefined
  const problem = (column: number, message: string) =>
    void problems.push({line, column: from + column, message})
  const add = (text: string, column: number) => {
    word ??= {text: '', line, column: from + column, open: false}
    word.text += text
  }
  const end = () => {
    if (word) words.push(word)
    word = undefined
  }
  while (at < whole.length) {
    const sign = whole[at] ?? ''
    const variable = /^\{\{.*?\}\}/.exec(whole.slice(at))?.[0]
    if (variable) {
      const begins = isEmpty(word)
      add(variable, at)
      if (begins && word) word.open = true
      at += variable.length
    } else if (/\s/.test(sign)) {
      end()
      at += 1
    } else if (sign === '#' && !word) {
      return {continues: false}
    } else if (sign === '\\' && at === whole.length - 1) {
      end()
      return {continues: true}
    } else if (sign === '\\') {
      add(whole[at + 1] ?? '', at)
      at += 2
    } else if (sign === '"' || sign === "'") {
      const quoted = readQuoted(whole, at)
      if (typeof quoted === 'string') {
        problem(at, quoted)
        return {continues: false}
      }
      if (quoted.shell >= 0) problem(quoted.shell, shellProblem(whole[quoted.shell] ?? ''))
      const begins = isEmpty(word)
      add(quoted.text, at)
      if (begins && word) word.open = quoted.text.startsWith('{{')
      at = quoted.next
    } else {
      if (OF_A_SHELL.test(sign)) problem(at, shellProblem(sign))
      add(sign, at)
      at += 1
    }
  }
  end()
  return {continues: false}
}

/** Of a word that begins with quotes around nothing, too. */
function isEmpty(word: Word | undefined): boolean {
  return word === undefined || word.text === ''
}

function shellProblem(sign: string): string {
  return `${sign} means nothing here, this is no shell: quote it as '${sign}', or write {{name}} for a variable`
}

/** @returns what is wrong, or the text and where a shell would have acted */
function readQuoted(whole: string, from: number): string | {text: string; next: number; shell: number} {
  const quote = whole[from]
  let text = ''
  let shell = -1
  for (let at = from + 1; at < whole.length; at += 1) {
    const sign = whole[at] ?? ''
    if (sign === quote) return {text, next: at + 1, shell}
    if (quote === '"' && sign === '\\' && /["\\]/.test(whole[at + 1] ?? '')) {
      at += 1
      text += whole[at]
      continue
    }
    if (quote === '"' && /[$`]/.test(sign) && shell < 0) shell = at
    text += sign
  }
  return `the quote ${quote} is not closed on its line`
}
