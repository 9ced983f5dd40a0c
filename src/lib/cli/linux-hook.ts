import type {Environment} from './environment.js'

const SHOWN = 300

/** A command line of the person's own, on this machine; `REDEYE_HOST` says which host it is for. */
export async function runHook(
  line: string,
  host: string,
  {signal, timeoutMs}: {signal: AbortSignal; timeoutMs: number},
  at: Environment,
): Promise<{code: number | null; output: string}> {
  const {run} = await import('../remote/process.js')
  const env = {...at.env, REDEYE_HOST: host}
  const {code, stdout, stderr} = await run(['sh', '-c', line], {env, cwd: at.cwd, signal, timeoutMs})
  return {code, output: (stderr.trim() || stdout.trim()).slice(-SHOWN)}
}
