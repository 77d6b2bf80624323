import { writeHeaders } from '../../shared/headers.js'
import { principalOf } from '../../shared/identity.js'
import { newId, slotOf } from '../../shared/ids.js'
import { missing, Problem } from '../../shared/problems.js'
import { bookingRow, newBooking } from '../../shared/schemas.js'

/** `POST /v1/bookings`: takes seats from a flight if it has them, and makes the booking, in one transaction. */
export const bookings = (server, database) => {
  const take = database.prepare(
    `UPDATE flights SET seatsLeft = seatsLeft - ?1, updatedAt = ?2, version = version + 1
     WHERE id = ?3 AND seatsLeft >= ?1`,
  )
  const exists = database.prepare('SELECT 1 FROM flights WHERE id = ?')
  const insert = database.prepare(
    `INSERT INTO bookings (id, slot, version, createdAt, updatedAt, flight, passenger, seats, state, expiresAt)
     VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?)`,
  )

  server.post('/v1/bookings', { schema: { body: newBooking, response: { 201: bookingRow } } }, (request, reply) => {
    const principal = principalOf(request)
    if (principal === undefined) throw new Problem(401, 'UNAUTHENTICATED', 'Sign in first', '', 'no principal')
    const { flight, seats } = request.body
    const now = Date.now()
    const createdAt = new Date(now).toISOString()
    const slot = slotOf(flight)
    const row = {
      id: newId(now, slot),
      flight,
      passenger: principal.id,
      seats,
      state: 'held',
      expiresAt: new Date(now + 900_000).toISOString(),
      createdAt,
      updatedAt: createdAt,
      version: 1,
    }
    database.transaction(() => {
      if (take.run(seats, createdAt, flight).changes === 0) {
        if (exists.get(flight) === undefined) throw missing(`flights/${flight}`)
        throw new Problem(409, 'SEATS_GONE', 'Guard failed', '', `flights/${flight} has too few seats left`)
      }
      insert.run(row.id, slot, createdAt, createdAt, flight, row.passenger, seats, row.state, row.expiresAt)
    })
    reply
      .code(201)
      .headers(writeHeaders(database, { etag: '"v1"', location: `/v1/bookings/${row.id}` }))
      .send(row)
  })
}
