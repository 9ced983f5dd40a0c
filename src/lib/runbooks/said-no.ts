/** An answer that settles it: waiting longer cannot help. */
export function saidNo(message: string, kind: string, hint?: string): Error {
  return Object.assign(new Error(message), {fault: 'answered', class: kind, ...(hint && {hint})})
}
