const PRINTABLE_ASCII = /^[\x20-\x7e]*$/
/** East Asian wide and full-width blocks (Unicode UAX #11), and what terminals draw as emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const EMOJI_SELECTOR = '\ufe0f'
let segmenter: Intl.Segmenter | undefined

/**
 * Terminal cells of cleaned text, never too few: a joined emoji counts as its parts, as terminals that do not join
 * them draw it.
 */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length
  let width = 0
  for (const {segment} of graphemes(text)) width += graphemeWidth(segment)
  return width
}

/** The text cut to `width` cells, with `…` where something was cut off. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  return width < 1 ? '' : `${head(text, width - 1)}…`
}

/** The longest start of the text within `width` cells. */
export function head(text: string, width: number): string {
  if (PRINTABLE_ASCII.test(text)) return text.slice(0, width)
  let used = 0
  let kept = ''
  for (const {segment} of graphemes(text)) {
    used += graphemeWidth(segment)
    if (used > width) break
    kept += segment
  }
  return kept
}

export function pad(text: string, width: number, align?: 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return align === 'right' ? space + text : text + space
}

function graphemeWidth(grapheme: string): number {
  let width = 0
  for (const character of grapheme) {
    if (character === EMOJI_SELECTOR) width = Math.max(width, 2)
    else if (!ZERO.test(character)) width += WIDE.test(character) ? 2 : 1
  }
  return width
}

function graphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'})
  return segmenter.segment(text)
}
