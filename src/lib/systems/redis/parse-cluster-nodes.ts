import {RemoteError} from '../../remote/fault.js'
import {printable} from '../../text/clean.js'
import type {ClusterLine} from './node.js'

const ID = /^[0-9a-f]{40}$/
const NUMBER = /^\d{1,20}$/
const ADDRESS = /^(.*):(\d{1,5})(?:@\d{1,5})?(?:,([^,]*).*)?$/
const SLOTS = /^\d{1,5}(?:-\d{1,5})?$/
const OPEN_SLOT = /^\[\d{1,5}-[<>]-[0-9a-f]{40}\]$/

/**
 * A whole table or none: a line that is cut off, or that a server of another kind wrote, makes all of it worthless.
 * @throws RemoteError `answered` when the text is no table of a cluster
 */
export function parseClusterNodes(text: string): ClusterLine[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) throw notATable(text)
  return lines.map(parseLine)
}

/** `<id> <ip>:<port>@<cport>[,<hostname>] <flags> <master id or -> <ping> <pong> <epoch> <link> [slots…]` */
function parseLine(line: string): ClusterLine {
  const [id = '', address = '', flagText = '', masterId = '', , , epoch = '', link = '', ...slots] = line
    .trimEnd()
    .split(' ')
  const place = ADDRESS.exec(address)
  const flags = flagText.split(',')
  const sound =
    /^[\x20-\x7e]*$/.test(line.trimEnd()) &&
    ID.test(id) &&
    (masterId === '-' || ID.test(masterId)) &&
    NUMBER.test(epoch) &&
    (link === 'connected' || link === 'disconnected') &&
    slots.every((slot) => SLOTS.test(slot) || OPEN_SLOT.test(slot))
  if (!place || !sound) throw notATable(line)
  return {
    id,
    ip: place[1] ?? '',
    port: Number(place[2]),
    hostname: place[3] ?? '',
    flags: flags.filter((flag) => !['myself', 'master', 'slave', 'noflags'].includes(flag)),
    myself: flags.includes('myself'),
    role: flags.includes('slave') ? 'replica' : 'master',
    masterId: masterId === '-' ? '' : masterId,
    epoch: Number(epoch),
    link,
    slots: slots.filter((slot) => !slot.startsWith('[')),
    openSlots: slots.filter((slot) => slot.startsWith('[')),
  }
}

function notATable(text: string): RemoteError {
  const excerpt = text.length > 100 ? `${text.slice(0, 100)}…` : text
  return new RemoteError('answered', `this is no table of a Redis Cluster: "${printable(excerpt)}"`, {
    class: 'malformed',
  })
}
