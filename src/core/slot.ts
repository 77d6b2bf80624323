import { crc32 } from 'node:zlib'

/** Every row belongs to one of these logical slots, in every topology, from its first day. */
export const slotCount = 1024

/** The slot that a generated id carries in its last ten bits. */
export function slotOfId(id: string): number {
  return Number.parseInt(id.slice(-3), 16) & (slotCount - 1)
}

/** The slot of any other partition value, in its canonical text: ids in lower case, integers decimal, text as stored. */
export function slotOfValue(value: string): number {
  return crc32(value) % slotCount
}
