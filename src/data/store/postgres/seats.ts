import type { Connection } from './connection.ts'

/**
 * The seats that the connections of all processes share. A seat is a lock of the session, so the server itself keeps the account:
 * no two connections have the same one, and it is free the moment its process is gone.
 */
export interface Seats {
  /** Gives a connection a seat of its own until it ends; false where all are taken. */
  take(connection: Connection): Promise<boolean>
  /** Whether one is free for which nobody waits. */
  isFree(connection: Connection): Promise<boolean>
  /** Lets others see that this one waits for a seat. */
  ask(connection: Connection): Promise<void>
  /** Whether somebody waits who has less than a fair share, while this process has more than that. */
  owes(connection: Connection, held: number): Promise<boolean>
}

export interface SeatOptions {
  /** Those who share them have the same schema of the same database. */
  readonly schema: string
  readonly max: number
  /** What the server shows of a connection that has one. */
  readonly name: string
}

/** What the server shows of a connection that has none yet. */
export function askingName(name: string): string {
  return `${name}${asking}`
}

const asking = ' asks'

export function seatsOf({ schema, max, name }: SeatOptions): Seats {
  const owner = seatsOwner(schema)
  const isAsking = new WeakSet<Connection>()
  return {
    async take(connection) {
      const { rows } = await connection.run({
        text: `select set_config('application_name', $1, false) from (
          select from generate_series(1, $2::int4) as seat where pg_try_advisory_lock(hashtext($3), seat) limit 1
        ) as taken`,
        values: [name, String(max), owner],
      })
      if (rows.length === 0) return false
      if (isAsking.delete(connection))
        await connection.run({ text: 'select pg_advisory_unlock_shared(hashtext($1), 0)', values: [owner] })
      return true
    },
    async isFree(connection) {
      const { rows } = await connection.run({
        text: `select count(*) filter (where seat = 0), count(*) filter (where seat <> 0) from (${seatsTaken('$1')}) as taken`,
        values: [owner],
      })
      const [waiting, taken] = rows[0]!.map(Number) as [number, number]
      return waiting === 0 && taken < max
    },
    async ask(connection) {
      isAsking.add(connection)
      await connection.run({ text: 'select pg_advisory_lock_shared(hashtext($1), 0)', values: [owner] })
    },
    async owes(connection, held) {
      const { rows } = await connection.run({
        text: `select count(*) filter (where seat = 0), count(distinct replace(application_name, '${asking}', '')) from (${seatsTaken('$1')}) as taken`,
        values: [owner],
      })
      const [waiting, processes] = rows[0]!.map(Number) as [number, number]
      return waiting > 0 && held > Math.floor(max / processes)
    },
  }
}

export function seatsOwner(schema: string): string {
  return `connections of banyan in ${schema}`
}

/** Who has which seat of an owner, a text or a parameter; seat 0 is had by those who wait for one. */
export function seatsTaken(owner: string): string {
  return `select l.objid::int8 as seat, l.pid, a.application_name from pg_locks as l join pg_stat_activity as a on a.pid = l.pid
    where l.locktype = 'advisory' and l.objsubid = 2 and l.granted and l.classid::int8 = hashtext(${owner})::int8 & 4294967295
      and l.database = (select oid from pg_database where datname = current_database())`
}
