import type { Key } from '../refusal.ts'
import type { Row } from '../store.ts'
import type { Tables } from './table.ts'

/** What a commit has done so far. */
export class Change {
  readonly #tables: Tables
  readonly #undo: (() => void)[] = []
  /** The references that were written: they must lead to a row in the end. */
  readonly references: { readonly resource: string; readonly id: string; readonly field: string }[] = []
  /** The rows that were deleted, by cascades too, and the write that caused it: nothing may refer to them in the end. */
  readonly deleted: (Key & { readonly cause: Key })[] = []

  constructor(tables: Tables) {
    this.#tables = tables
  }

  put(resource: string, id: string, row: Row | undefined): void {
    this.#undo.push(this.#tables.get(resource)!.put(id, row))
  }

  undo(): void {
    for (const step of this.#undo.reverse()) step()
  }
}

/** The fields of all resources that refer to this one, in the order of their declaration. */
export function* referrersOf(tables: Tables, target: string) {
  for (const table of tables.values()) {
    for (const { name, field } of table.resource.columns) {
      if (field.kind === 'ref' && field.target === target) yield { table, field: name, onDelete: field.onDelete }
    }
  }
}
