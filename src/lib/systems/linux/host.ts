export interface LinuxSystems {
  /** Nothing is connected yet. @throws when neither the inventory nor the ssh configuration knows the name */
  linux(host: string): Promise<LinuxHost>
  /** Steps that ended well in the run that is taken up; null: none is, it begins now. */
  takenUp(): string[] | null
  /** Runs a command line of the person's own on this machine, with the host's name in `REDEYE_HOST`. */
  hook(
    line: string,
    host: string,
    limit: {signal: AbortSignal; timeoutMs: number},
  ): Promise<{code: number | null; output: string}>
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms` or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** One host over one connection, which is made when first used and kept. */
export interface LinuxHost {
  name: string
  /**
   * Runs one command line. Any exit code is a result.
   * @throws RemoteError `unreachable` or `refused` before anything was sent, `lost` when nobody knows
   */
  run(command: string, options: LinuxRunOptions): Promise<LinuxRunResult>
  /** Lets go of the connection; the next command connects anew. */
  reconnect(): void
  close(): void
}

export interface LinuxRunOptions {
  signal: AbortSignal
  timeoutMs: number
  stdin?: string
}

export interface LinuxRunResult {
  /** `null` when a signal ended the command. */
  code: number | null
  stdout: string
  stderr: string
}
