/** A question about the labels of one host; see parse.ts for how it is written. */
export type Expression = {kind: 'and' | 'or'; parts: Expression[]} | {kind: 'not'; part: Expression} | Term

/** One comparison. `at` is the offset of the label in the text, for messages. */
export type Term = {label: string; at: number} & (
  | {kind: 'is'; value: string}
  | {kind: 'like'; glob: string}
  | {kind: 'in'; values: string[]}
  | {kind: 'order'; sign: '<' | '<=' | '>' | '>='; value: string}
)

/** Every comparison in it, from left to right. */
export function terms(expression: Expression): Term[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(terms)
    case 'not':
      return terms(expression.part)
    default:
      return [expression]
  }
}
