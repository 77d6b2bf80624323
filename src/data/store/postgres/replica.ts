import { dataErrors } from '../../errors.ts'
import type { Replica, StoreOperation } from '../store.ts'
import type { Address } from './address.ts'
import { type Connections, connectionsTo, type PoolOptions } from './connections.ts'
import type { History } from './history.ts'
import { epochOf, type Look, look, shownAtMost } from './look.ts'
import { type Read, reader } from './reads.ts'
import type { Tables } from './tables.ts'

/** A server that follows the primary, for reads. Which histories it is seen in tells whether there is a new primary. */
export function replicaAt(
  address: Address,
  tables: Tables,
  history: History,
  pool: Omit<PoolOptions, 'address' | 'max' | 'isShared'>,
): Replica {
  const open = (max: number) => connectionsTo({ ...pool, address, max, isShared: true })
  let reading = open(readingMax)
  // A long list would keep the question waiting, and the replica would be taken for dead.
  let asking = open(askingMax)
  let known: Look | undefined
  let closed = false

  const connections: Pick<Connections, 'shared'> = { shared: () => reading.shared() }
  const read = reader(connections, tables, {
    known: undefined,
    now: (connection) => shownAtMost(connection, epochOf(known!)),
  })

  const execute = async (operations: readonly StoreOperation[], context: Parameters<typeof read>[1]) => {
    if (closed) {
      const error = dataErrors.STORE_CLOSED('the store has been closed')
      return operations.map(() => ({ ok: false, error }) as const)
    }
    return read(operations as readonly Read[], context)
  }

  return {
    name: address.name,
    zone: address.zone,
    // Outcomes are of the operations' own kinds.
    execute: execute as Replica['execute'],
    async progress() {
      const seen = await look(await asking.shared())
      if (!history.see(seen)) throw dataErrors.STORE_UNAVAILABLE('it is a copy of another system')
      if (seen.role !== 'replica') throw dataErrors.STORE_UNAVAILABLE('it takes writes, and is no replica')
      // One that streams from nobody for the moment knows less of the history that it has followed; it goes back only by a restart.
      const timeline =
        known?.started === seen.started && known.timeline > seen.timeline ? known.timeline : seen.timeline
      known = { ...seen, timeline }
      return { epoch: epochOf(known), position: seen.lsn }
    },
    renew() {
      if (closed) return
      reading.cut()
      asking.cut()
      reading = open(readingMax)
      asking = open(askingMax)
    },
    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      await Promise.all([reading.close(), asking.close()])
    },
  }
}

const readingMax = 2
const askingMax = 1
