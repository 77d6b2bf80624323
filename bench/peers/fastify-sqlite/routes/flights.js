import { missing } from '../problems.js'
import { flightRow, idParams, page } from '../schemas.js'
import { decimalOf } from '../values.js'

const columns = 'id, number, origin, destination, departsAt, seatsLeft, price, createdAt, updatedAt, version'

/** `GET /v1/flights/{id}` and `GET /v1/flights?origin=…`, a page of twenty in the order of the index. */
export const flights = (server, database) => {
  const byId = database.prepare(`SELECT ${columns} FROM flights WHERE id = ?`)
  const byOrigin = database.prepare(
    `SELECT ${columns} FROM flights WHERE origin = ? ORDER BY destination, departsAt, id LIMIT 21`,
  )
  const shown = (row) => {
    row.price = decimalOf(row.price)
    return row
  }

  server.get('/v1/flights/:id', { schema: { params: idParams, response: { 200: flightRow } } }, (request, reply) => {
    const row = byId.get(request.params.id)
    if (row === undefined) throw missing(`flights/${request.params.id}`)
    reply.headers({ etag: `"v${row.version}"`, 'banyan-bookmark': database.bookmark() }).send(shown(row))
  })

  server.get('/v1/flights', { schema: { response: { 200: page(flightRow) } } }, (request, reply) => {
    const rows = byOrigin.all(request.query.origin)
    const data = rows.length > 20 ? rows.slice(0, 20) : rows
    reply.send({ data: data.map(shown), page: { next: null } })
  })
}
