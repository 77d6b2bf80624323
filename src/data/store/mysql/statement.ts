import type { Stored } from './column.ts'

/** A statement, and what is bound to it. The text depends on the shape of what is asked only, so that it is prepared once. */
export interface Statement {
  readonly text: string
  readonly values: readonly (Stored | number)[]
}

/** Collects what is bound to a statement while its text is made, in the order of the text. */
export class Parameters {
  readonly values: (Stored | number)[] = []

  /** What stands for the value in the text. */
  bind(value: Stored | number): string {
    this.values.push(value)
    return '?'
  }
}

/**
 * A list of rows as a table `i` with the columns `c1`, `c2`, …: one text, and one value, however many rows there are. What is bound
 * to it comes from `listValue`.
 */
export function listTable(types: readonly string[]): string {
  const columns = types.map((type, at) => `c${at + 1} ${type} path '$[${at}]'`)
  return `json_table(?, '$[*]' columns (${columns.join(', ')})) as i`
}

export function listValue(rows: readonly (readonly Stored[])[]): string {
  return JSON.stringify(rows)
}

/** Servers take no message of more than some megabytes, and end the connection of whoever sends one. */
export function fits({ values }: Statement): boolean {
  return values.every((value) => typeof value !== 'string' || value.length <= charactersMax)
}

/** Of 3 bytes at most each, below the 16 MB that MariaDB takes unless it is told otherwise. */
const charactersMax = 4_000_000
