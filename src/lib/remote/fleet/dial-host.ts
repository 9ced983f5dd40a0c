import {connect} from 'node:net'
import type {Duplex} from 'node:stream'
import type {Addresses} from './addresses.js'
import type {Bastions} from './bastions.js'
import {calledOff, connectFault, notConnected} from './faults.js'
import type {HostSpec} from './messages.js'
import type {Stopper} from './stopper.js'
import type {Transport} from './transport.js'

export type Dialing = {
  addresses: Addresses
  bastions: Bastions
  /** Few begin in the same turn. */
  ramp: (begin: () => void) => void
}

/** A byte stream to the port of a host, directly or through its bastion. @throws RemoteError `unreachable` */
export async function dial(
  host: HostSpec,
  limitMs: number,
  stopper: Stopper,
  {addresses, bastions, ramp}: Dialing,
): Promise<Transport> {
  if (host.via !== '') return bastions.dial(host, limitMs, stopper)
  const address = await addresses(host.address).catch((error: NodeJS.ErrnoException) => {
    throw connectFault(error)
  })
  await new Promise<void>((begin) => ramp(begin))
  if (stopper.calledOff) throw calledOff()
  return {stream: await connectTcp(address, host.port, limitMs, stopper)}
}

function connectTcp(address: string, port: number, limitMs: number, stopper: Stopper): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    // Without noDelay every small packet of the handshake waits for the peer's delayed acknowledgement: 85 ms a host.
    const socket = connect({host: address, port, noDelay: true})
    const failed = (error: Error) => {
      stopper.leave()
      reject(connectFault(error))
    }
    socket.once('error', failed)
    socket.once('connect', () => {
      stopper.leave()
      socket.off('error', failed)
      resolve(socket)
    })
    stopper.enter(limitMs, (why) => {
      socket.off('error', failed)
      socket.on('error', () => {})
      socket.destroy()
      reject(notConnected(why, limitMs, 'no answer to the connection attempt'))
    })
  })
}
