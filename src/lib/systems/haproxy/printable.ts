/** Text from a peer made harmless for a terminal: one line, no control characters, at most `max` characters. */
export function printable(text: string, max = 300): string {
  const line = text
    .trim()
    .replace(/\s*\n\s*/g, ' / ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\u00b7')
  return line.length > max ? `${line.slice(0, max)}...` : line
}
