import { decimalOf, scaledOf } from '../../../app/decimal.ts'
import type { Column } from '../../../app/manifest.ts'
import type { Value } from '../store.ts'

/** What SQLite keeps for a value. */
export type Stored = string | number | bigint | Uint8Array | null

/** How one column is written and read. */
export interface ColumnCode {
  /** The field's. */
  readonly name: string
  /** The column's, quoted: a field that was renamed keeps its column. */
  readonly quoted: string
  readonly type: 'TEXT' | 'INTEGER' | 'BLOB'
  /** What stands in a select list: integers beyond 53 bits are read as text. */
  readonly selected: string
  readonly encode: (value: Value) => Stored
  /** Undefined where the stored form is the value itself. Never given null. */
  readonly decode: ((stored: never) => Value) | undefined
}

export function columnCode({ name, field }: Column, column: string = name): ColumnCode {
  const quoted = quoteName(column)
  const plain = {
    name,
    quoted,
    selected: quoted,
    encode: (value: Value) => value as Stored,
    decode: undefined,
  } as const
  switch (field.kind) {
    case 'id':
    case 'text':
    case 'enum':
    case 'ref':
    case 'timestamp':
    case 'date':
    case 'json':
      return { ...plain, type: 'TEXT' }
    case 'integer':
      return { ...plain, type: 'INTEGER' }
    case 'boolean':
      return {
        ...plain,
        type: 'INTEGER',
        encode: (value) => (value === null ? null : value ? 1 : 0),
        decode: (stored: number) => stored === 1,
      }
    case 'bigint':
      return {
        ...plain,
        type: 'INTEGER',
        selected: `cast(${quoted} as text)`,
        encode: (value) => (value === null ? null : BigInt(value as string)),
      }
    case 'decimal': {
      const { scale, precision } = field
      if (precision <= 15) {
        // Stored decimals have all their digits, so the scaled integer is what is left without the point.
        const encode = (value: Value) => (value === null ? null : Number((value as string).replace('.', '')))
        return { ...plain, type: 'INTEGER', encode, decode: (stored: number) => decimalOf(stored, scale) }
      }
      const encode = (value: Value): Stored => (value === null ? null : scaledOf(value as string, scale))
      return {
        ...plain,
        type: 'INTEGER',
        selected: `cast(${quoted} as text)`,
        encode,
        decode: (stored: string) => decimalOf(BigInt(stored), scale),
      }
    }
    case 'bytes':
      return {
        ...plain,
        type: 'BLOB',
        encode: (value) => (value === null ? null : Buffer.from(value as string, 'base64url')),
        decode: (stored: Uint8Array) =>
          Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString('base64url'),
      }
  }
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
