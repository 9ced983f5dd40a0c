import {type Read, type Row, texts} from './row.js'

/** One object a line; its values are texts, numbers, true or false. */
export function readJsonLines(text: string): Read {
  const rows: Row[] = []
  const problems: string[] = []
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const where = `line ${at + 1}`
    const labels = labelsOf(line)
    if (typeof labels === 'string') problems.push(`${where}: ${labels}`)
    else rows.push({where, labels})
  }
  return {rows, problems}
}

function labelsOf(line: string): Record<string, string> | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'expected one object a line'
  return texts(value)
}
