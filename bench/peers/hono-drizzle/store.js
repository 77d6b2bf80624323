import { and, eq, getTableColumns, gte, sql } from 'drizzle-orm'
import { slotOf } from '../shared/ids.js'
import * as statements from '../shared/postgres/statements.ts'
import { bookmarkOf, newBooking, newOrder, orderChange } from '../shared/postgres/store.js'
import { airports, bookings, flights, orders } from './tables.js'

/** What the routes need, in the words of Drizzle; whatever does not change from call to call is prepared. */
export const storeWithDrizzle = async (db, pool) => {
  const { slot, ...orderColumns } = getTableColumns(orders)
  const first = (query) => async (values) => (await query.execute(values))[0]
  const byId = (table, columns) =>
    db
      .select(columns)
      .from(table)
      .where(eq(table.id, sql.placeholder('id')))
  const inOrder = [sql`${flights.destination} nulls first`, sql`${flights.departsAt} nulls first`, flights.id]
  const fromOrigin = (query) =>
    query
      .where(eq(flights.origin, sql.placeholder('origin')))
      .orderBy(...inOrder)
      .limit(21)

  const airport = first(byId(airports, getTableColumns(airports)).prepare('airport'))
  const flight = first(byId(flights, getTableColumns(flights)).prepare('flight'))
  const order = first(byId(orders, orderColumns).prepare('order'))
  const flightsFrom = fromOrigin(db.select().from(flights)).prepare('flights')
  const withDestination = fromOrigin(
    db.select().from(flights).leftJoin(airports, eq(airports.id, flights.destination)),
  ).prepare('flights-with-destination')
  const insertOrder = db
    .insert(orders)
    .values(Object.fromEntries(Object.keys(getTableColumns(orders)).map((name) => [name, sql.placeholder(name)])))
    .prepare('insert-order')
  const bookmark = await bookmarkOf((await pool.query(statements.position.text)).rows[0])

  return {
    bookmark: () => bookmark,
    airport: (id) => airport({ id }),
    flight: (id) => flight({ id }),
    order: (id) => order({ id }),
    flightsFrom: (origin) => flightsFrom.execute({ origin }),
    flightsFromWithDestination: async (origin) => {
      const rows = await withDestination.execute({ origin })
      return rows.map((row) => ({ ...row.flights, included: { destination: row.airports } }))
    },
    insertOrder: async (given) => {
      const row = newOrder(given)
      await insertOrder.execute({ ...row, slot: slotOf(row.id) })
      return row
    },
    updateOrder: async (id, version, given) => {
      const isRow = version === undefined ? eq(orders.id, id) : and(eq(orders.id, id), eq(orders.version, version))
      const change = {
        ...orderChange(given),
        updatedAt: new Date().toISOString(),
        version: sql`${orders.version} + 1`,
      }
      const [row] = await db.update(orders).set(change).where(isRow).returning(orderColumns)
      return row
    },
    book: (passenger, { flight: id, seats }) =>
      db.transaction(async (tx) => {
        const row = newBooking(passenger, id, seats)
        const { rowCount } = await tx
          .update(flights)
          .set({
            seatsLeft: sql`${flights.seatsLeft} - ${seats}`,
            updatedAt: row.createdAt,
            version: sql`${flights.version} + 1`,
          })
          .where(and(eq(flights.id, id), gte(flights.seatsLeft, seats)))
        if (rowCount === 0) return undefined
        await tx.insert(bookings).values({ ...row, slot: slotOf(id) })
        return row
      }),
  }
}
