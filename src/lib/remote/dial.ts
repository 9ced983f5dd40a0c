import type {Duplex} from 'node:stream'

/** Opens one byte stream to a peer. @throws RemoteError `unreachable` or `refused`: nothing was sent then. */
export type Dial = (signal: AbortSignal) => Promise<Duplex>
