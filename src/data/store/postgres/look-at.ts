import type { Scheduler } from '../../../core/scheduler.ts'
import type { Address } from './address.ts'
import { type Connection, type ConnectionOptions, connect } from './connection.ts'
import { isServerFailure } from './errors.ts'
import { type Look, look } from './look.ts'
import { workName } from './session.ts'

/** Looks at a server over a connection of its own; `silent`: it is there and does not tell, `gone`: it is
 * not there. Never rejects. */
export async function lookAt(
  address: Address,
  session: LookSession,
  looking: Looking,
): Promise<Look | 'silent' | 'gone'> {
  return within(
    lookOnce(address, session, looking.withinMs).catch((error: unknown) => (isThere(error) ? 'silent' : 'gone')),
    looking,
  )
}

/** The same over a connection that there is; `gone`: it is not any more. */
export async function lookOver(connection: Connection, looking: Looking): Promise<Look | 'silent' | 'gone'> {
  return within(
    look(connection).catch(() => 'gone' as const),
    looking,
  )
}

interface Looking {
  readonly withinMs: number
  readonly scheduler: Scheduler
}

async function within<Seen>(asked: Promise<Seen>, { withinMs, scheduler }: Looking): Promise<Seen | 'silent'> {
  const { promise: late, resolve } = Promise.withResolvers<'silent'>()
  const callOff = scheduler.after(withinMs, () => resolve('silent'))
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
