import {RemoteError} from '../../remote/fault.js'
import {printable} from '../../text/clean.js'
import {fileLookCommand, filePushCommand, filePutBackCommand} from './file-scripts.js'
import type {HostLink, RunOptions} from './fleet.js'
import {type Said, said} from './said.js'
import {parseLines} from './unit-state.js'

/** A path on a host; plain JSON. */
export type FileState = {
  kind: 'file' | 'absent' | 'no-directory' | 'link' | 'other'
  /** Of a file; else empty. */
  sha256: string
  /** Octal, without leading zeros. */
  mode: string
  /** `root:root` */
  owner: string
  /** The old one is kept beside it. */
  kept: boolean
}

/** What is put in place. */
export type NewFile = {
  /** Absolute. */
  path: string
  /** Where the old one is kept; in the same directory. */
  kept: string
  sha256: string
  /** Octal; empty: as the old one, or 644. */
  mode: string
  /** `user:group`; empty: as the old one. */
  owner: string
}

type Asking = Pick<RunOptions, 'signal' | 'connectTimeoutMs'>

const ANSWER_MS = 30_000
const KINDS: readonly string[] = ['file', 'absent', 'no-directory', 'link', 'other']

/** @throws RemoteError; `answered` with class `no-sudo`, or `odd-answer` for what is no state of a file */
export async function lookAtFile(
  link: HostLink,
  {path, kept}: Pick<NewFile, 'path' | 'kept'>,
  asking: Asking,
): Promise<FileState> {
  const result = await link.run(fileLookCommand(path, kept), {
    ...asking,
    timeoutMs: ANSWER_MS,
    repeatable: true,
  })
  const fields = parseLines(result.stdout)
  const kind = fields.get('Kind') ?? ''
  const sha256 = fields.get('Sha256') ?? ''
  if (KINDS.includes(kind) && (kind !== 'file' || /^[0-9a-f]{64}$/.test(sha256)))
    return {
      kind: kind as FileState['kind'],
      sha256,
      mode: fields.get('Mode') ?? '',
      owner: fields.get('Owner') ?? '',
      kept: fields.get('Kept') === 'yes',
    }
  const {stderr} = said(result)
  const noSudo = /^sudo:/m.test(stderr)
  throw new RemoteError(
    'answered',
    noSudo ? `not allowed to read ${path}: ${stderr}` : `the host did not say what is at ${printable(path)}`,
    {class: noSudo ? 'no-sudo' : 'odd-answer'},
  )
}

/** Resolves once the host has answered, whatever it said. `lost` when it does not within `timeoutMs`. */
export async function pushFile(
  link: HostLink,
  {path, kept, sha256, mode, owner}: NewFile,
  content: Uint8Array<SharedArrayBuffer>,
  asking: Asking & {timeoutMs: number},
): Promise<Said> {
  const command = filePushCommand(path, kept, sha256, mode, owner)
  return said(await link.run(command, {...asking, stdin: content}))
}

/** Takes the file back, unless somebody has changed it since. */
export async function putFileBack(
  link: HostLink,
  {path, kept, sha256}: Pick<NewFile, 'path' | 'kept' | 'sha256'>,
  existed: boolean,
  asking: Asking,
): Promise<Said> {
  const command = filePutBackCommand(path, kept, sha256, existed)
  return said(await link.run(command, {...asking, timeoutMs: ANSWER_MS}))
}
