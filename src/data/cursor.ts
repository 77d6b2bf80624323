import type { Value } from '../app/row.ts'

/** Signs what goes out and must come back unchanged. The runtime gives one that stands on its key ring. */
export interface Signer {
  /** At least 16 bytes of a keyed digest, as base64url. */
  sign(text: string): string
  verify(text: string, signature: string): boolean
}

/** Where a page ended, signed together with the list that it belongs to. */
export function encodeCursor(key: readonly Value[], shape: string, signer: Signer): string {
  const text = JSON.stringify(key)
  return `${Buffer.from(text).toString('base64url')}.${signer.sign(`${shape}\n${text}`)}`
}

/** Undefined for a cursor of another list, of another server's key, or that somebody made up. */
export function decodeCursor(cursor: string, shape: string, signer: Signer): readonly Value[] | undefined {
  const point = cursor.indexOf('.')
  if (point === -1 || cursor.length > 8192) return undefined
  const text = Buffer.from(cursor.slice(0, point), 'base64url').toString()
  if (!signer.verify(`${shape}\n${text}`, cursor.slice(point + 1))) return undefined
  return JSON.parse(text) as readonly Value[]
}
