import type {Duplex} from 'node:stream'
import type {RemoteError} from '../fault.js'

export type Transport = {
  stream: Duplex
  /** When it ended and that was the bastion's doing. */
  whyGone?(): RemoteError | undefined
}
