import { randomFillSync } from 'node:crypto'

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const pool = Buffer.alloc(10 * 512)
let used = pool.length

/** A UUIDv7 (RFC 9562). With a slot its last ten bits are that slot. Random bytes are drawn for 512 ids at once. */
export const newId = (now, slot) => {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const b = pool.subarray(used, used + 10)
  used += 10
  const time = now.toString(16).padStart(12, '0')
  const last = slot === undefined ? (b[8] << 8) | b[9] : ((b[8] << 8) & ~1023) | slot
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex[b[0]][0]}${hex[b[1]]}-${hex[(b[2] & 0x3f) | 0x80]}${hex[b[3]]}-${hex[b[4]]}${hex[b[5]]}${hex[b[6]]}${hex[b[7]]}${hex[(last >> 8) & 255]}${hex[last & 255]}`
}

export const slotOf = (id) => Number.parseInt(id.slice(-3), 16) & 1023
