import type { Stored } from './column.ts'

/** A statement, and what is bound to it. The text depends on the shape of what is asked only, so that it is prepared once. */
export interface Statement {
  readonly text: string
  readonly values: readonly (Stored | readonly Stored[])[]
}

/** Collects what is bound to a statement while its text is made. */
export class Parameters {
  readonly values: (Stored | readonly Stored[])[] = []

  /** What stands for the value in the text: `$1::uuid`. */
  bind(value: Stored | readonly Stored[], cast: string): string {
    this.values.push(value)
    return `$${this.values.length}::${cast}`
  }
}
