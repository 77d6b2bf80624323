import { readHeaders } from '../../shared/headers.js'
import { missing } from '../../shared/problems.js'
import { flightList, flightRow, idParams, page } from '../../shared/schemas.js'
import { decimalOf } from '../values.js'

const columns = 'id, number, origin, destination, departsAt, seatsLeft, price, createdAt, updatedAt, version'

/** `GET /v1/flights/{id}` and `GET /v1/flights?origin=…`, a page of twenty in the order of the index. */
export const flights = (server, database, cursorOf) => {
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
    reply.headers(readHeaders(database, { etag: `"v${row.version}"` })).send(shown(row))
  })

  const list = { querystring: flightList, response: { 200: page(flightRow) } }
  server.get('/v1/flights', { schema: list }, (request, reply) => {
    const { origin } = request.query
    const rows = byOrigin.all(origin)
    let next = null
    if (rows.length > 20) {
      rows.length = 20
      const { destination, departsAt, id } = rows[19]
      next = cursorOf(
        [destination, departsAt, id],
        `["flights",["origin","destination","departsAt","id"],["${origin}"],[null,null,null,null,null],false]`,
      )
    }
    const link = next === null ? {} : { link: `<${request.url}&after=${next}>; rel="next"` }
    reply.headers(readHeaders(database, link)).send({ data: rows.map(shown), page: { next } })
  })
}
