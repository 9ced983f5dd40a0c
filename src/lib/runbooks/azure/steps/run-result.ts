/** What became of a script. `exitCode` is null where nobody knows it. */
export type Result = {state: string; exitCode: number | null; output: string; error: string}

/** An action Run Command has no exit code of its own: the script says it in its last line. */
export function wrapped(script: string, nonce: string): string[] {
  return ['(', ...script.split('\n'), ')', `echo "${marker(nonce)}$?"`]
}

function marker(nonce: string): string {
  return `redeye-${nonce}-exit=`
}

/**
 * `{value: [{code, message: "Enable succeeded: \n[stdout]\n...\n[stderr]\n..."}]}` [docs: action run command]. Of the output only the last 4,096
 * bytes are kept, which is where the exit code is.
 */
export function resultOfAction(body: unknown, nonce: string): Result {
  const {value = []} = (body ?? {}) as {value?: {message?: string}[]}
  const text = value.map(({message = ''}) => message).join('\n')
  const [, stdout = text, error = ''] = /\[stdout\]\n?([\s\S]*?)\n?\[stderr\]\n?([\s\S]*)$/.exec(text) ?? []
  const lines = stdout.split('\n')
  const at = lines.findLastIndex((line) => line.startsWith(marker(nonce)))
  const code = at < 0 ? Number.NaN : Number(lines[at]?.slice(marker(nonce).length))
  return {
    state: Number.isInteger(code) ? (code === 0 ? 'Succeeded' : 'Failed') : 'Unknown',
    exitCode: Number.isInteger(code) ? code : null,
    output: lines.filter((_, line) => line !== at).join('\n'),
    error,
  }
}
