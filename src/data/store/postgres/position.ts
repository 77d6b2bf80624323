import type { Position } from '../../../core/bookmark.ts'
import type { Connection } from './connection.ts'

/** How far a server has come. */
export interface Positions {
  /** What this process knows: nothing that it reads from now on is older. Undefined where some of it is read from other servers. */
  readonly known: Position | undefined
  /** Asks on a connection, behind the statements that are under way on it. */
  now(connection: Connection): Promise<Position>
}

/** `0/16B3748` as a number; a server has to write 8 PB before one is too large. */
export function lsnOf(text: string): number {
  const [high, low] = text.split('/') as [string, string]
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
}
