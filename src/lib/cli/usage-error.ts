/** Something the person who typed the command can mend. */
export class UsageError extends Error {
  override name = 'UsageError'
  constructor(
    message: string,
    readonly because: string[] = [],
    readonly next: string[] = [],
  ) {
    super(message)
  }
}
