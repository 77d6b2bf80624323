import { columnNames } from './difference/column-names.ts'
import { columns } from './difference/columns.ts'
import { derived } from './difference/derived.ts'
import { fills } from './difference/fills.ts'
import { follows } from './difference/follows.ts'
import { indexes, uniqueIndexes } from './difference/indexes.ts'
import { left } from './difference/left.ts'
import { tables } from './difference/tables.ts'
import type { Wanted } from './difference/wanted.ts'
import type { Change } from './step.ts'
import type { StoredModel } from './stored.ts'

/**
 * The difference between what a store remembers and what an app declares, in phases: each is a pure function of the model as the
 * phases before it leave it. Nothing that an older version of the app needs is taken away: see `offers.ts` for that.
 */
export const difference: readonly ((model: StoredModel, wanted: Wanted) => readonly Change[])[] = [
  tables,
  columnNames,
  columns,
  // What is filled with unique values is held to that while it is filled.
  uniqueIndexes,
  fills,
  left,
  // Other indexes are made faster of full columns.
  indexes,
  derived,
  follows,
]
