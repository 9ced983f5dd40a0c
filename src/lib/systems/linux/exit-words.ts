/** What systemd's own exit codes mean; systemd.exec(5), "Process exit codes". Others are of the program. */
const WORDS: Readonly<Record<number, string>> = {
  200: 'CHDIR: its working directory could not be entered',
  203: 'EXEC: its program could not be started',
  209: 'STDOUT: its output could not be set up',
  216: 'GROUP: its group is not known',
  217: 'USER: its user is not known',
  225: 'NETWORK: its network namespace could not be set up',
  226: 'NAMESPACE: its file system namespace could not be set up',
  233: 'RUNTIME_DIRECTORY',
  238: 'STATE_DIRECTORY',
  239: 'CACHE_DIRECTORY',
  240: 'LOGS_DIRECTORY',
  243: 'CREDENTIALS',
}

/** `exit 203 (EXEC: ...)`, `signal 9`; empty when it has not ended. */
export function exitText(how: string, status: number): string {
  if (how === 'exited') return `exit ${status}${WORDS[status] ? ` (${WORDS[status]})` : ''}`
  return how === '' ? '' : `signal ${status}${how === 'dumped' ? ', core dumped' : ''}`
}
