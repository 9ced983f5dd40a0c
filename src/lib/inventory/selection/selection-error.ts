/** A selection that cannot be used; nothing was contacted. `at` is an offset in `text`. */
export class SelectionError extends Error {
  override name = 'SelectionError'
  readonly problem: string
  readonly text: string
  readonly at: number

  constructor(problem: string, text: string, at: number) {
    super(`${problem}, at column ${at + 1} of: ${text}`)
    this.problem = problem
    this.text = text
    this.at = at
  }
}
