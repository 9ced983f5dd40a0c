/** A managed object reference: `{type: 'HostSystem', ref: 'host-37'}`. */
export interface Ref {
  type: string
  ref: string
}

/** An element as it is sent, or as it came where it is sent back whole. */
export interface Tree {
  name: string
  /** The unprefixed `type` of a MoRef; empty otherwise. */
  type: string
  /** `xsi:type` without its prefix; empty when it has none. */
  xsi: string
  text: string
  children: Tree[]
}

/** One element of a request. */
export function element(name: string, content: string | number | boolean | Tree[], xsi = ''): Tree {
  return Array.isArray(content)
    ? {name, type: '', xsi, text: '', children: content}
    : {name, type: '', xsi, text: String(content), children: []}
}

export function refElement(name: string, {type, ref}: Ref): Tree {
  return {name, type, xsi: '', text: ref, children: []}
}
