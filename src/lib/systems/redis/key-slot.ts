const SLOTS = 16_384

/** The slot of a key: CRC16 (XMODEM) of the key, or of its {hash tag} [redis.io, cluster specification]. */
export function keySlot(key: string): number {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open + 1)
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key
  return crc16(Buffer.from(hashed)) % SLOTS
}

function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc
}

/** A key in a slot: `PREFIX:{tag}` with the first tag that hashes to it. */
export function keyIn(slot: number, prefix: string): string {
  for (let tag = 0; ; tag += 1) if (keySlot(String(tag)) === slot) return `${prefix}:{${tag}}`
}

export function covers(slots: readonly string[], slot: number): boolean {
  return slots.some((range) => {
    const [from = '', to = from] = range.split('-')
    return slot >= Number(from) && slot <= Number(to)
  })
}

/** How many slots these ranges hold. */
export function countSlots(slots: readonly string[]): number {
  return slots.reduce((sum, range) => {
    const [from = '', to = from] = range.split('-')
    return sum + Number(to) - Number(from) + 1
  }, 0)
}
