import type {Dialing} from './dial-host.js'
import type {Gate} from './gate.js'
import type {Signer} from './signers.js'
import type {WireLibrary} from './wire.js'

/** What all hosts of one thread share. */
export type ThreadTools = Dialing & {
  library: WireLibrary
  user: string
  /** @throws RemoteError `refused` when there is no key */
  signers(): Promise<readonly Signer[]>
  offer(pinnedTypes: readonly string[]): unknown
  /** Room for key exchanges: more of them at once only make each other late. */
  handshakes: Gate
  /** From now on nobody can say that the command of this job did not run. */
  markSent(job: number): void
}
