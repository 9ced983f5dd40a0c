import type {OfferLists, WireLibrary} from './wire.js'

/** No SHA-1 signatures: plain `ssh-rsa` is not offered, as in OpenSSH since 8.8. */
const HOST_KEYS: readonly {type: string; names: string[]}[] = [
  {type: 'ssh-ed25519', names: ['ssh-ed25519']},
  {type: 'ecdsa-sha2-nistp256', names: ['ecdsa-sha2-nistp256']},
  {type: 'ecdsa-sha2-nistp384', names: ['ecdsa-sha2-nistp384']},
  {type: 'ecdsa-sha2-nistp521', names: ['ecdsa-sha2-nistp521']},
  {type: 'ssh-rsa', names: ['rsa-sha2-512', 'rsa-sha2-256']},
]

/** AES-GCM first: one pass, and no MAC of its own. */
const CIPHERS = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com']

/** Orders that are remembered; a file of pinned keys may name types that nobody has heard of. */
const MOST_OFFERS = 100

/** strict key exchange and extension info (RFC 8308; OpenSSH, PROTOCOL 1.9). */
const MARKERS = ['ext-info-c', 'kex-strict-c-v00@openssh.com']

/**
 * What we offer a host whose keys of these types are pinned: those first, since a host known by its ECDSA key alone would
 * otherwise show its Ed25519 key and read as changed. Made once for each order.
 */
export function offers(library: WireLibrary): (pinnedTypes: readonly string[]) => unknown {
  const made = new Map<string, unknown>()
  const {cipher, mac} = library.defaults
  const kex = [...library.defaults.kex, ...MARKERS]
  const lists: OfferLists = {
    cipher: [...CIPHERS, ...cipher.filter((one) => !CIPHERS.includes(one))],
    mac,
    compress: ['none'],
    lang: [],
  }
  return (pinnedTypes) => {
    const key = pinnedTypes.join()
    let offer = made.get(key)
    if (offer === undefined) {
      const rank = ({type}: {type: string}) => (pinnedTypes.includes(type) ? 0 : 1)
      const order = [...HOST_KEYS].sort((one, other) => rank(one) - rank(other))
      const serverHostKey = order.flatMap((one) => one.names)
      offer = library.offer({kex, serverHostKey, cs: lists, sc: lists})
      if (made.size < MOST_OFFERS) made.set(key, offer)
    }
    return offer
  }
}
