import type {Shape} from './shape.js'
import type {Tree} from './tree.js'
import type {MakeXmlReader} from './xml-reader.js'

export interface Decoder<T> {
  /** @throws when the text cannot be what was expected */
  write(chunk: string): void
  /** @throws when the document is not complete; @returns undefined when the root element was another one */
  end(): T | undefined
}

interface Frame {
  name: string
  shape: Shape
  xsi: string
  type: string
  text: string
  /** Of a struct its fields, of an array its items, of a tree itself. */
  value: Record<string, unknown> | unknown[] | Tree | undefined
}

/**
 * Turns one XML document into values while it arrives. Prefixes of elements do not matter; an unprefixed `type` is that
 * of a MoRef, one with any prefix is the XSI type [seen: `xsi:`, `XMLSchema-instance:`, `_XMLSchema-instance:`].
 * @param root the name of the outermost element
 */
export function decoder<T>(make: MakeXmlReader, root: string, shape: Shape<T>): Decoder<T> {
  const stack: Frame[] = []
  let skipping = 0
  let result: unknown

  const reader = make({
    open(prefixed, attributes) {
      if (skipping > 0) {
        skipping += 1
        return
      }
      const name = local(prefixed)
      const {type, xsi} = types(attributes)
      const wanted = stack.length === 0 ? (name === root ? shape : undefined) : shapeOf(name, xsi, stack)
      if (wanted === undefined) skipping = 1
      else stack.push(begin(name, wanted, xsi, type))
    },
    text(found) {
      const top = stack.at(-1)
      if (skipping === 0 && top) top.text += found
    },
    close() {
      if (skipping > 0) {
        skipping -= 1
        return
      }
      const ended = stack.pop()
      if (!ended) return
      const parent = stack.at(-1)
      if (parent) add(parent, ended)
      else result = finished(ended)
    },
  })

  return {
    write: (chunk) => reader.write(chunk),
    end() {
      reader.end()
      return result as T | undefined
    },
  }
}

/** The shape of a child, or nothing when nobody wants it. */
function shapeOf(name: string, xsi: string, stack: readonly Frame[]): Shape | undefined {
  const parent = stack.at(-1)
  const shape = parent?.shape
  if (shape?.kind === 'tree') return shape
  const found =
    shape?.kind === 'struct' ? field(shape, name) : shape?.kind === 'array' ? shape.item : undefined
  let item = found?.kind === 'list' ? found.item : found
  while (item?.kind === 'chosen') item = item.choose?.(xsi, record(parent), record(stack.at(-2)))
  return item
}

function begin(name: string, shape: Shape, xsi: string, type: string): Frame {
  const frame: Frame = {name, shape, xsi, type, text: '', value: undefined}
  if (shape.kind === 'struct') {
    const value: Record<string, unknown> = {is: xsi}
    for (const one of shape.lists ?? []) value[one] = []
    frame.value = value
  } else if (shape.kind === 'array') frame.value = []
  else if (shape.kind === 'tree') frame.value = {name, type, xsi, text: '', children: []}
  return frame
}

function add(parent: Frame, ended: Frame): void {
  const value = finished(ended)
  if (parent.shape.kind === 'tree') (parent.value as Tree).children.push(value as Tree)
  else if (value === undefined) return
  else if (Array.isArray(parent.value)) parent.value.push(value)
  else {
    const own = parent.value as Record<string, unknown>
    const there = own[ended.name]
    if (field(parent.shape, ended.name)?.kind === 'list' && Array.isArray(there)) there.push(value)
    else own[ended.name] = value
  }
}

/** An empty scalar counts as absent: servers send empty enumerations [seen: `faultToleranceState`]. */
function finished({shape, text, type, value, name}: Frame): unknown {
  switch (shape.kind) {
    case 'scalar':
      return text === '' ? undefined : scalar(shape, text, name)
    case 'ref':
      return text === '' ? undefined : text
    case 'entity':
      return text === '' ? undefined : {type, ref: text}
    case 'tree':
      return withText(value as Tree, text)
    default:
      return value
  }
}

function scalar(shape: Shape, text: string, name: string): unknown {
  try {
    return shape.scalar?.(text)
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Between elements there is only layout. */
function withText(tree: Tree, text: string): Tree {
  tree.text = tree.children.length > 0 ? '' : text
  return tree
}

function field(shape: Shape, name: string): Shape | undefined {
  return shape.fields && Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined
}

function record(frame: Frame | undefined): Readonly<Record<string, unknown>> {
  return frame?.shape.kind === 'struct' ? (frame.value as Record<string, unknown>) : {}
}

function types(attributes: Readonly<Record<string, string>>): {type: string; xsi: string} {
  let type = ''
  let xsi = ''
  for (const name in attributes) {
    if (name === 'type') type = attributes[name] ?? ''
    else if (name.endsWith(':type')) xsi = local(attributes[name] ?? '')
  }
  return {type, xsi}
}

function local(name: string): string {
  const at = name.lastIndexOf(':')
  return at < 0 ? name : name.slice(at + 1)
}
