import type { Submittable } from 'pg'
import type { Statement } from './statement.ts'

/** What a statement gave: rows of texts as the server writes them. */
export interface Result {
  readonly rows: (string | null)[][]
  readonly count: number
}

export type Done = (error: Error | undefined, result?: Result) => void

/** Of the client only what a query of ours meets: https://node-postgres.com calls it a submittable. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void }
  readonly parsedStatements: Readonly<Record<string, string>>
  readonly submittedNamedStatements: Record<string, string>
  parse(message: { readonly name: string; readonly text: string }): void
  bind(message: { readonly statement: string; readonly values: readonly (string | null)[] }): void
  execute(message: object): void
  sync(): void
}

/** A query that is sent by a client and told what the server says to it. */
export type QuickQuery = new (statement: Statement, name: string, done: Done) => Submittable

/**
 * A query that takes the rows as they come. The client's own asks the server each time what the columns are called, which is known,
 * and goes through every value of every row once more to read it, which the columns do here.
 */
export function quickQueryOf(base: new (text: string) => object): QuickQuery {
  class Quick extends base {
    readonly name: string
    readonly text: string
    #values: Statement['values']
    #done: Done
    #rows: (string | null)[][] = []
    #count = 0

    constructor({ text, values }: Statement, name: string, done: Done) {
      super(text)
      this.text = text
      this.name = name
      this.#values = values
      this.#done = done
    }

    /** Called by the client when it sends it. */
    submit(wire: Wire): null {
      wire.stream.cork()
      try {
        if (
          this.name === '' ||
          (wire.parsedStatements[this.name] === undefined && wire.submittedNamedStatements[this.name] === undefined)
        ) {
          wire.parse(this)
          if (this.name !== '') wire.submittedNamedStatements[this.name] = this.text
        }
        wire.bind({ statement: this.name, values: this.#values.map(boundText) })
        wire.execute({})
        wire.sync()
      } finally {
        wire.stream.uncork()
      }
      return null
    }

    handleRowDescription(): void {}

    handleDataRow({ fields }: { readonly fields: (string | null)[] }): void {
      this.#rows.push(fields)
    }

    handleCommandComplete({ text }: { readonly text: string }): void {
      this.#count = Number(text.slice(text.lastIndexOf(' ') + 1))
    }

    handleError(error: Error): void {
      this.#done(error)
    }

    handleReadyForQuery(): void {
      this.#done(undefined, { rows: this.#rows, count: this.#count })
    }
  }
  // Its declaration knows nothing of the connection that it is given.
  return Quick as unknown as QuickQuery
}

/** An array in the server's notation (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO). */
function boundText(value: Statement['values'][number]): string | null {
  if (value === null || typeof value === 'string') return value
  let text = '{'
  for (let at = 0; at < value.length; at++) {
    if (at > 0) text += ','
    text += elementText(value[at]!)
  }
  return `${text}}`
}

// Digits, ids and times: what needs no quotation marks, and is not the word null.
const plain = /^[0-9][0-9a-z:.TZ-]*$/

function elementText(element: string | null): string {
  if (element === null) return 'null'
  if (plain.test(element)) return element
  return `"${element.replaceAll(/["\\]/g, '\\$&')}"`
}
