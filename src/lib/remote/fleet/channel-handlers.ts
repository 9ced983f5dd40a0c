import type {CommandChannel} from './channel.js'
import {shown} from './faults.js'
import type {WireHandlers} from './wire.js'

/**
 * Gives the channels what the host says of them. Servers also ask things to see whether we live (OpenSSH, PROTOCOL 2.5).
 * @param owe is told of channels the host has closed
 */
export function channelHandlers(
  channels: Map<number, CommandChannel>,
  owe: (channel: CommandChannel) => void,
) {
  return {
    GLOBAL_REQUEST: (wire, _name, wantReply) => {
      if (wantReply) wire.requestFailure()
    },
    CHANNEL_OPEN: (wire, {sender}) => wire.channelOpenFail(sender, 1, ''),
    CHANNEL_OPEN_CONFIRMATION: (_, {recipient, sender, window, packetSize}) =>
      channels.get(recipient)?.confirmed(sender, {window, packetSize}),
    CHANNEL_WINDOW_ADJUST: (_, id, bytes) => channels.get(id)?.mayHave(bytes),
    CHANNEL_OPEN_FAILURE: (_, id, _reason, says) => {
      channels.get(id)?.refused(says)
      channels.delete(id)
    },
    CHANNEL_DATA: (_, id, data) => channels.get(id)?.data('stdout', data),
    CHANNEL_EXTENDED_DATA: (_, id, data) => channels.get(id)?.data('stderr', data),
    CHANNEL_SUCCESS: () => {},
    CHANNEL_FAILURE: (_, id) => channels.get(id)?.refused('the request was refused'),
    CHANNEL_REQUEST: (_, id, type, wantReply, data) => {
      if (type === 'exit-status' && typeof data === 'number') channels.get(id)?.ended(data, '')
      else if (type === 'exit-signal' && typeof data === 'object')
        channels.get(id)?.ended(null, `SIG${shown(data.signal)}`)
      else if (wantReply) channels.get(id)?.deny()
    },
    CHANNEL_CLOSE: (_, id) => {
      const channel = channels.get(id)
      if (channel === undefined) return
      channels.delete(id)
      channel.closed()
      owe(channel)
    },
  } satisfies Partial<WireHandlers>
}
