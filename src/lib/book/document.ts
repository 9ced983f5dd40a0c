import type {BlockContent, Code, ListItem, Root, RootContent} from 'mdast'
import {fromMarkdown} from 'mdast-util-from-markdown'
import {cutFrontMatter, type FrontMatter, NO_FRONT_MATTER, parseFrontMatter} from './front-matter.js'
import type {Problem} from './problem.js'
import {type SourceLine, split, type Word} from './split.js'

/** A Markdown document: what people read, and the commands between. */
export interface Document {
  title: string
  front: FrontMatter
  parts: Part[]
  problems: Problem[]
}

export type Part =
  | {
      kind: 'prose'
      node: RootContent /** `1.` or `-`, where it is the start of an item. */
      marker: string
      depth: number
    }
  | {kind: 'block'; commands: Word[][]}

/** Of fenced blocks whose lines are commands; all others are only shown. */
const INFO = 'redeye'

/** @param name stands for a title where the document has none */
export function parseDocument(text: string, name: string): Document {
  const lines = text.split(/\r?\n/)
  const front = cutFrontMatter(lines)
  // Blank lines in its place keep every other line at its number.
  const body = front
    ? [...Array.from({length: front.length + 2}, () => ''), ...lines.slice(front.length + 2)]
    : lines
  const root = fromMarkdown(body.join('\n'))
  const matter = front ? parseFrontMatter(front) : NO_FRONT_MATTER
  const problems = [...matter.problems]
  const parts = root.children.flatMap((node) => partsOf(node, '', 0, body, problems))
  return {title: matter.title ?? titleOf(root) ?? name, front: matter, parts, problems}
}

function titleOf({children}: Root): string | undefined {
  const heading = children.find((node) => node.type === 'heading' && node.depth === 1)
  const text =
    heading?.type === 'heading'
      ? heading.children.map((one) => ('value' in one ? one.value : '')).join('')
      : ''
  return text === '' ? undefined : text
}

/** Lists and quotes with commands in them are taken apart; whatever else there is stays whole. */
function partsOf(
  node: RootContent,
  marker: string,
  depth: number,
  lines: readonly string[],
  problems: Problem[],
): Part[] {
  if (isBlock(node)) return [{kind: 'block', commands: commandsOf(node, lines, problems)}]
  if (!hasBlock(node)) return [{kind: 'prose', node, marker, depth}]
  if (node.type === 'list')
    return node.children.flatMap((item, at) =>
      itemParts(item, node.ordered ? `${(node.start ?? 1) + at}.` : '-', depth, lines, problems),
    )
  if (node.type !== 'blockquote') throw new Error(`a ${node.type} holds commands`)
  return node.children.flatMap((child) => partsOf(child, '', depth + 1, lines, problems))
}

function itemParts(
  item: ListItem,
  marker: string,
  depth: number,
  lines: readonly string[],
  problems: Problem[],
): Part[] {
  return item.children.flatMap((child, at) =>
    partsOf(child, at === 0 ? marker : '', depth + 1, lines, problems),
  )
}

function isBlock(node: RootContent): node is Code {
  return node.type === 'code' && node.lang === INFO
}

function hasBlock(node: RootContent | BlockContent): boolean {
  return isBlock(node) || ('children' in node && (node.children as RootContent[]).some(hasBlock))
}

function commandsOf({position, value, meta}: Code, lines: readonly string[], problems: Problem[]): Word[][] {
  if (!position) throw new Error('a block without its place')
  const {start, end} = position
  const problem = (line: number, column: number, message: string) =>
    void problems.push({line, column, message})
  if (meta) problem(start.line, start.column, `nothing may stand behind ${INFO}: ${meta}`)
  if (end.line === start.line || !/^[\s>]*(`{3,}|~{3,})\s*$/.test(lines[end.line - 1] ?? ''))
    problem(start.line, start.column, 'the block is not closed')
  const content =
    value === '' ? [] : value.split('\n').map((text, at) => sourceLine(text, start.line + 1 + at, lines))
  const found = split(content)
  problems.push(...found.problems)
  if (found.commands.length === 0 && found.problems.length === 0)
    problem(start.line, start.column, 'the block has no command in it')
  return found.commands
}

/** In a list or a quote the text of a block begins further to the right. */
function sourceLine(text: string, line: number, lines: readonly string[]): SourceLine {
  return {text, line, column: Math.max(0, (lines[line - 1] ?? '').indexOf(text)) + 1}
}
