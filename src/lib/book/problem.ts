/** One thing wrong with a document. Line and column are from 1. */
export interface Problem {
  line: number
  column: number
  message: string
}

/** `FILE:LINE:COLUMN: message`, in the order of the document. */
export function problemLines(file: string, problems: readonly Problem[]): string[] {
  return problems
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .map(({line, column, message}) => `${file}:${line}:${column}: ${message}`)
}
