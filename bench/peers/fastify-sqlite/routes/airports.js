import { readHeaders } from '../../shared/headers.js'
import { missing } from '../../shared/problems.js'
import { airportRow } from '../../shared/schemas.js'

/** `GET /v1/airports/{id}`: the first answer of a start is this one. */
export const airports = (server, database) => {
  const byId = database.prepare('SELECT id, name, createdAt, updatedAt, version FROM airports WHERE id = ?')
  server.get('/v1/airports/:id', { schema: { response: { 200: airportRow } } }, (request, reply) => {
    const row = byId.get(request.params.id)
    if (row === undefined) throw missing(`airports/${request.params.id}`)
    reply.headers(readHeaders(database, { etag: `"v${row.version}"` })).send(row)
  })
}
