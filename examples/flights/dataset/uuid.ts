/**
 * A UUIDv7 (RFC 9562, section 5.7) that is the same each time: 48 bits of milliseconds, and 74 bits of a digest, of at least
 * ten bytes, where other ids have random ones.
 */
export function uuidV7(epochMs: number, digest: Uint8Array): string {
  scratch.writeUIntBE(epochMs, 0, 6)
  scratch.set(digest.subarray(0, 10), 6)
  scratch[6] = 0x70 | (scratch[6]! & 0x0f) // the version
  scratch[8] = 0x80 | (scratch[8]! & 0x3f) // the variant
  const hex = scratch.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const scratch = Buffer.alloc(16)
