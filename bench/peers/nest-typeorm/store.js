import { MoreThanOrEqual } from 'typeorm'
import { slotOf } from '../shared/ids.js'
import { position } from '../shared/postgres/statements.ts'
import { bookmarkOf, newBooking, newOrder, orderChange } from '../shared/postgres/store.js'
import { Airport, Booking, Flight, Order } from './entities.js'

/** What the routes need, in the words of TypeORM. */
export const storeWithTypeorm = async (source) => {
  const [airports, flights, orders] = [Airport, Flight, Order].map((entity) => source.getRepository(entity))
  const [at] = await source.query(position.text)
  const bookmark = bookmarkOf(at)
  const byId = (repository) => async (id) => (await repository.findOneBy({ id })) ?? undefined
  const nullsFirst = { direction: 'ASC', nulls: 'FIRST' }
  const page = (origin) => ({
    where: { origin },
    order: { destination: nullsFirst, departsAt: nullsFirst, id: 'ASC' },
    take: 21,
  })
  return {
    bookmark: () => bookmark,
    airport: byId(airports),
    flight: byId(flights),
    order: byId(orders),
    flightsFrom: (origin) => flights.find(page(origin)),
    flightsFromWithDestination: async (origin) => {
      // Of a relation to one there is a row at most, so that the limit can be that of the statement.
      const rows = await flights
        .createQueryBuilder('f')
        .leftJoinAndSelect('f.to', 'to')
        .where('f.origin = :origin', { origin })
        .orderBy('f.destination', 'ASC', 'NULLS FIRST')
        .addOrderBy('f.departsAt', 'ASC', 'NULLS FIRST')
        .addOrderBy('f.id', 'ASC')
        .limit(21)
        .getMany()
      return rows.map(({ to, ...row }) => ({ ...row, included: { destination: to } }))
    },
    insertOrder: async (given) => {
      const row = newOrder(given)
      await orders.insert({ ...row, slot: slotOf(row.id) })
      return row
    },
    updateOrder: async (id, version, given) => {
      const change = { ...orderChange(given), updatedAt: new Date().toISOString(), version: () => 'version + 1' }
      const { affected } = await orders.update(version === undefined ? { id } : { id, version }, change)
      return affected === 0 ? undefined : byId(orders)(id)
    },
    book: (passenger, { flight: id, seats }) =>
      source.transaction(async (manager) => {
        const row = newBooking(passenger, id, seats)
        const { affected } = await manager.update(
          Flight,
          { id, seatsLeft: MoreThanOrEqual(seats) },
          { seatsLeft: () => `"seatsLeft" - ${seats}`, updatedAt: row.createdAt, version: () => 'version + 1' },
        )
        if (affected === 0) return undefined
        await manager.insert(Booking, { ...row, slot: slotOf(id) })
        return row
      }),
  }
}
