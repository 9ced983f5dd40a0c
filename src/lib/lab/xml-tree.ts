/** An element of an XML document without mixed content, as AWS sends them. */
export interface XmlNode {
  name: string
  /** As it stands in the tag, with its leading space. */
  attributes: string
  children: XmlNode[]
  /** With entities as they are in the document. */
  text: string
}

const TOKEN = /<\?[^>]*\?>|<\/[\w:]+\s*>|<([\w:]+)([^<>]*?)(\/?)>|([^<]+)/g

/** @throws when the document is not well-formed */
export function parseXml(document: string): XmlNode {
  const top = node('')
  const open = [top]
  for (const [token, name, attributes = '', closed, text] of document.matchAll(TOKEN)) {
    const parent = open.at(-1)
    if (!parent) throw new Error(`not well-formed: ${document.slice(0, 200)}`)
    if (text !== undefined) parent.text += text.trim()
    else if (name !== undefined) {
      const child = {...node(name), attributes}
      parent.children.push(child)
      if (!closed) open.push(child)
    } else if (token.startsWith('</')) open.pop()
  }
  const [root] = top.children
  if (!root || open.length !== 1) throw new Error(`not well-formed: ${document.slice(0, 200)}`)
  return root
}

export function formatXml({name, attributes, children, text}: XmlNode): string {
  return `<${name}${attributes}>${text}${children.map(formatXml).join('')}</${name}>`
}

/** A new element; its content is text, or the children. */
export function node(name: string, content: string | XmlNode[] = ''): XmlNode {
  const isText = typeof content === 'string'
  return {name, attributes: '', children: isText ? [] : content, text: isText ? escapeXml(content) : ''}
}

/** The first element at this path of names below the node. */
export function find(from: XmlNode, ...path: string[]): XmlNode | undefined {
  return path.reduce<XmlNode | undefined>(
    (at, name) => at?.children.find((child) => child.name === name),
    from,
  )
}

/** All elements of a name, at any depth. */
export function findAll(from: XmlNode, name: string): XmlNode[] {
  return from.children.flatMap((child) => [...(child.name === name ? [child] : []), ...findAll(child, name)])
}

export function textAt(from: XmlNode, ...path: string[]): string {
  return find(from, ...path)?.text ?? ''
}

/** Puts the content at one name below the node in place of what is there. */
export function put(into: XmlNode, name: string, content: string | XmlNode[]): void {
  const fresh = node(name, content)
  const at = into.children.findIndex((child) => child.name === name)
  if (at < 0) into.children.push(fresh)
  else into.children[at] = fresh
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
