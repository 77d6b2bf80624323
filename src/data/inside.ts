import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context } from '../core/context.ts'

/** The request whose transaction's body runs here: it follows what the body calls and awaits, and nothing that runs beside it. */
const bodies = new AsyncLocalStorage<Context>()

/** Runs the body of a transaction of this request. */
export function runInside<Tx, Result>(context: Context, body: (tx: Tx) => Result, tx: Tx): Result {
  return bodies.run(context, body, tx)
}

/** Whether the body of a transaction of this request has led here. Of other requests' transactions nothing is asked. */
export function isInside(context: Context): boolean {
  return bodies.getStore() === context
}
