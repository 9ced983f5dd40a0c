/** What a streaming XML parser tells. Names keep their prefixes. */
export interface XmlEvents {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  text(text: string): void
  close(): void
}

export interface XmlReader {
  /** @throws when the text so far cannot be XML */
  write(chunk: string): void
  /** @throws when the document is not complete */
  end(): void
}

export type MakeXmlReader = (events: XmlEvents) => XmlReader

/** Elements within elements; a SOAP answer has some twenty. */
const DEEPEST = 200

/** XML has no place for these; a guest that reports one must not make the whole inventory unreadable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** The parser is loaded when the first answer is about to come. It knows no external entities. */
export async function loadXmlReader(): Promise<MakeXmlReader> {
  const {SaxesParser} = await import('saxes')
  return (events) => {
    const parser = new SaxesParser({xmlns: false, position: false})
    let depth = 0
    parser.on('error', (error) => {
      throw error
    })
    parser.on('doctype', () => {
      throw new Error('a document type declaration, which SOAP forbids')
    })
    parser.on('opentag', ({name, attributes}) => {
      depth += 1
      if (depth > DEEPEST) throw new Error(`elements are nested more than ${DEEPEST} deep`)
      events.open(name, attributes)
    })
    parser.on('text', events.text)
    parser.on('cdata', events.text)
    parser.on('closetag', () => {
      depth -= 1
      events.close()
    })
    return {
      write: (chunk) => void parser.write(chunk.replace(ILLEGAL, '\ufffd')),
      end: () => void parser.close(),
    }
  }
}
