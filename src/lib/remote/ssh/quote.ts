/**
 * One word for a POSIX shell, whatever is in it. Safe in csh and fish too for text without `!`, line breaks and backslashes.
 * @throws TypeError for NUL, which no shell can carry.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a word for the shell cannot contain NUL')
  return `'${word.replaceAll("'", `'\\''`)}'`
}
