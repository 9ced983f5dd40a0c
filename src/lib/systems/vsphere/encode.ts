import {type Ref, refElement, type Tree} from './tree.js'

const NAMESPACES = [
  'xmlns="http://schemas.xmlsoap.org/soap/envelope/"',
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
  'xmlns:xsd="http://www.w3.org/2001/XMLSchema"',
].join(' ')

/**
 * The body of one call. The order of `args` is the order of the schema: real servers insist on it.
 * @param self the object that is called
 */
export function encodeCall(method: string, self: Ref, args: readonly Tree[]): string {
  const inside = [refElement('_this', self), ...args].map(encodeTree).join('')
  return `<?xml version="1.0" encoding="UTF-8"?><Envelope ${NAMESPACES}><Body><${method} xmlns="urn:vim25">${inside}</${method}></Body></Envelope>`
}

export function encodeTree({name, type, xsi, text, children}: Tree): string {
  const moref = type === '' ? '' : ` type="${escaped(type)}"`
  const kind = xsi === '' ? '' : ` xsi:type="${escaped(qualified(xsi))}"`
  return `<${name}${moref}${kind}>${escaped(text)}${children.map(encodeTree).join('')}</${name}>`
}

/** Types of vim25 begin with a capital letter, those of XML Schema do not. */
function qualified(xsi: string): string {
  return /^[a-z]/.test(xsi) ? `xsd:${xsi}` : xsi
}

/** Characters that XML has no way to write are dropped: a server would refuse the whole call. */
function escaped(text: string): string {
  return text.replace(UNWRITABLE, '').replace(/[<>&"\r]/g, (found) => ENTITIES[found] ?? found)
}

const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  '\r': '&#xD;',
}
