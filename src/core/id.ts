import type { Random } from './random.ts'
import { slotCount } from './slot.ts'

/** What a generated id looks like: a UUID of version 7 (RFC 9562) in lower case. */
export const idPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'

/** Any UUID in lower case. */
export const uuidPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * A UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, then 74 random bits, of which the last ten are the row's slot.
 * Without a slot those ten are random too: the row chooses its slot by its id.
 */
export function generateId(epochMs: number, random: Random, slot?: number): string {
  const bytes = random.bytes(10)
  const time = epochMs.toString(16).padStart(12, '0')
  const last = slot === undefined ? (bytes[8]! << 8) | bytes[9]! : ((bytes[8]! << 8) & ~(slotCount - 1)) | slot
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex[bytes[0]!]![0]}${hex[bytes[1]!]}-${hex[(bytes[2]! & 0x3f) | 0x80]}${hex[bytes[3]!]}-${hex[bytes[4]!]}${hex[bytes[5]!]}${hex[bytes[6]!]}${hex[bytes[7]!]}${hex[(last >> 8) & 0xff]}${hex[last & 0xff]}`
}
