import type { Scheduler } from '../../../core/scheduler.ts'
import type { Address } from './address.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { isServerFailure } from './errors.ts'
import { type Look, look } from './look.ts'
import { workName } from './session.ts'

/** Looks at a server over a connection of its own; `silent`: it is there and does not tell, `gone`: it is
 * not there. Never rejects. */
export async function lookAt(
  address: Address,
  session: LookSession,
  { withinMs, scheduler }: { readonly withinMs: number; readonly scheduler: Scheduler },
): Promise<Look | 'silent' | 'gone'> {
  const { promise: late, resolve } = Promise.withResolvers<'silent'>()
  const callOff = scheduler.after(withinMs, () => resolve('silent'))
  const asked = lookOnce(address, session, withinMs).catch((error: unknown) => (isThere(error) ? 'silent' : 'gone'))
  try {
    return await Promise.race([asked, late])
  } finally {
    callOff()
  }
}

export type LookSession = Pick<ConnectionOptions, 'isPooled'>

/** It has no connection left, or takes its time: it may still go on with what it was asked. One that starts or stops does not. */
function isThere(error: unknown): boolean {
  if (isServerFailure(error)) return error.code !== '57P03'
  return error instanceof Error && /timeout expired/.test(error.message)
}

/** Rejects with the client's own error. */
export async function lookOnce(address: Address, { isPooled }: LookSession, withinMs: number): Promise<Look> {
  const connection = await connect({
    address,
    isPooled,
    name: workName,
    schema: 'public',
    statementTimeoutMs: withinMs,
    connectWithinMs: withinMs,
    prepares: false,
    onEnd() {},
  })
  try {
    return await look(connection)
  } finally {
    void connection.end()
  }
}
