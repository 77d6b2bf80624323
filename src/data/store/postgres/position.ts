import type { Position } from '../../../core/bookmark.ts'
import type { Connection } from './connection.ts'
import type { Statement } from './statement.ts'

/** How far a server has come. */
export interface Positions {
  /** What this process knows: nothing that it reads from now on is older. */
  readonly known: Position
  /** Asks on a connection, behind the statements that are under way on it. */
  now(connection: Connection): Promise<Position>
}

/** `first`: read when the server was begun with. */
export function positionsFrom(first: Position): Positions {
  let known = first
  return {
    get known() {
      return known
    },
    async now(connection) {
      const { rows } = await connection.run(insertPosition)
      const position = { epoch: known.epoch, position: lsnOf(rows[0]![0]!) }
      if (position.position > known.position) known = position
      return position
    },
  }
}

// Behind the commit: what is read inside of it stands before its record.
const insertPosition: Statement = { text: 'select pg_current_wal_insert_lsn()', values: [] }

/** `0/16B3748` as a number; a server has to write 8 PB before one is too large. */
export function lsnOf(text: string): number {
  const [high, low] = text.split('/') as [string, string]
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
}
