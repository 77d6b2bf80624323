import type { RowFormat } from '../row.ts'
import type { Shape } from './shape.ts'

/** The forms of a row in an older version. Unlike those of now they cost an object for each row. */
export function shapedFormat({ toObject }: RowFormat, shape: Shape): RowFormat {
  const toOld: RowFormat['toObject'] = (row) => shape.toOld(toObject(row))
  return { toObject: toOld, toJson: (row) => JSON.stringify(toOld(row)) }
}
