import type {ListItem, PhrasingContent, RootContent} from 'mdast'
import {cleanLines} from '../text/clean.js'
import type {Paint} from './paint.js'
import {displayWidth} from './width.js'
import {wrap} from './wrap.js'

/** How Markdown becomes lines for a terminal; meaning is never carried by colour alone. */
export interface ProseStyle {
  width: number
  colours: Paint
  /** What stands in the text for its variables. */
  fill(text: string): string
}

/** Under headings of the first two levels. */
const RULES = ['=', '-']

/** Lines of at most `width` cells. @param indent cells from the left @param marker of a list, before the first line */
export function renderProse(node: RootContent, style: ProseStyle, indent = 0, marker = ''): string[] {
  const margin = ' '.repeat(indent)
  const lead = marker === '' ? margin : `${margin}${marker} `
  switch (node.type) {
    case 'heading': {
      const lines = wrap(inline(node.children, style), style.width, lead)
      const under = RULES[node.depth - 1]
      const bold = lines.map((line) => style.colours.bold(line))
      return under ? [...bold, under.repeat(Math.max(...lines.map(displayWidth)))] : bold
    }
    case 'paragraph':
      return hardLines(inline(node.children, style)).flatMap((line, at) =>
        wrap(line, style.width, at === 0 ? lead : ' '.repeat(lead.length)),
      )
    case 'list':
      return node.children.flatMap((item, at) =>
        renderItem(item, node.ordered ? `${(node.start ?? 1) + at}.` : '-', style, indent),
      )
    case 'blockquote':
      return node.children
        .flatMap((child) => renderProse(child, {...style, width: style.width - 2}, indent))
        .map((line) => `> ${line}`)
    case 'code':
      return cleanLines(style.fill(node.value)).map((line) => `${margin}    ${line}`)
    case 'thematicBreak':
      return ['-'.repeat(Math.min(style.width, 20))]
    case 'html':
    case 'definition':
      return []
    default:
      return 'children' in node
        ? wrap(inline(node.children as PhrasingContent[], style), style.width, lead)
        : []
  }
}

function renderItem({children}: ListItem, marker: string, style: ProseStyle, indent: number): string[] {
  return children.flatMap((child, at) =>
    at === 0
      ? renderProse(child, style, indent, marker)
      : renderProse(child, style, indent + marker.length + 1),
  )
}

const BREAK = '\u0000'

function hardLines(text: string): string[] {
  return text.split(BREAK)
}

function inline(nodes: readonly PhrasingContent[], style: ProseStyle): string {
  return nodes.map((node) => piece(node, style)).join('')
}

function piece(node: PhrasingContent, style: ProseStyle): string {
  switch (node.type) {
    case 'text':
      return style.fill(node.value).replaceAll(BREAK, '')
    case 'inlineCode':
      return `\`${style.fill(node.value)}\``
    case 'strong':
      return `**${inline(node.children, style)}**`
    case 'break':
      return BREAK
    case 'link': {
      const text = inline(node.children, style)
      return text === node.url ? text : `${text} (${node.url})`
    }
    case 'image':
      return node.alt ? `[${node.alt}] (${node.url})` : `(${node.url})`
    default:
      return 'children' in node ? inline(node.children, style) : ''
  }
}
