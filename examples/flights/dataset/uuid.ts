/**
 * A UUIDv7 (RFC 9562, section 5.7) that is the same each time: 48 bits of milliseconds, and 74 bits of a digest, of at least
 * ten bytes, where other ids have random ones.
 */
export function uuidV7(epochMs: number, digest: Uint8Array): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(epochMs, 0, 6)
  bytes.set(digest.subarray(0, 10), 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f) // the version
  bytes[8] = 0x80 | (bytes[8]! & 0x3f) // the variant
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
