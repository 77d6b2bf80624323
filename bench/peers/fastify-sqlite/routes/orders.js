import { writeHeaders } from '../../shared/headers.js'
import { principalOf } from '../../shared/identity.js'
import { newId, slotOf } from '../../shared/ids.js'
import { missing, Problem } from '../../shared/problems.js'
import { idParams, newOrder, orderChange, orderRow } from '../../shared/schemas.js'
import { decimalOf, scaledOf, timestampOf } from '../values.js'

const fields = ['reference', 'customer', 'state', 'quantity', 'price', 'isExpress', 'shipOn', 'dueAt']
const columns = ['id', ...fields, 'createdAt', 'updatedAt', 'version'].join(', ')

/** `POST /v1/orders`, `GET` and `PATCH /v1/orders/{id}`: each write is a transaction of its own, on the disk before the answer. */
export const orders = (server, database) => {
  const byId = database.prepare(`SELECT ${columns} FROM orders WHERE id = ?`)
  const insert = database.prepare(`INSERT INTO orders (slot, ${columns}) VALUES (${Array(12).fill('?').join(', ')}, 1)`)
  const change = database.prepare(
    `UPDATE orders SET ${fields.map((field) => `${field} = ?`).join(', ')}, updatedAt = ?, version = version + 1
     WHERE id = ? AND version = ?`,
  )

  server.post('/v1/orders', { schema: { body: newOrder, response: { 201: orderRow } } }, (request, reply) => {
    signedIn(request)
    const now = Date.now()
    const row = { ...stored(request.body), id: newId(now), createdAt: new Date(now).toISOString(), version: 1 }
    row.updatedAt = row.createdAt
    database.transaction(() =>
      insert.run(slotOf(row.id), row.id, ...fields.map((field) => row[field]), row.createdAt, row.updatedAt),
    )
    reply
      .code(201)
      .headers(writeHeaders(database, { etag: '"v1"', location: `/v1/orders/${row.id}` }))
      .send(shown(row))
  })

  server.patch(
    '/v1/orders/:id',
    { schema: { params: idParams, body: orderChange, response: { 200: orderRow } } },
    (request, reply) => {
      signedIn(request)
      const { id } = request.params
      const expected = versionOf(request.headers['if-match'])
      const row = database.transaction(() => {
        const before = byId.get(id)
        if (before === undefined) throw missing(`orders/${id}`)
        if (expected !== undefined && before.version !== expected) throw stale(id, before.version, expected)
        const after = { ...before, ...stored(request.body), updatedAt: new Date().toISOString() }
        change.run(...fields.map((field) => after[field]), after.updatedAt, id, before.version)
        after.version = before.version + 1
        return after
      })
      reply.headers(writeHeaders(database, { etag: `"v${row.version}"` })).send(shown(row))
    },
  )
}

const signedIn = (request) => {
  if (principalOf(request) === undefined) throw new Problem(401, 'UNAUTHENTICATED', 'Sign in first', '', 'no principal')
}

const versionOf = (ifMatch) => {
  if (ifMatch === undefined) return undefined
  const match = /^"v(\d+)"$/.exec(ifMatch)
  if (match === null) throw new Problem(400, 'IF_MATCH', 'If-Match not understood', '', 'If-Match takes one "v7"')
  return Number(match[1])
}

const stale = (id, version, expected) =>
  new Problem(412, 'STALE', 'Version conflict', '', `orders/${id} is at version ${version}, not ${expected}`)

/** The values that were given, as they lie in the file. */
const stored = (body) => {
  const values = { ...body }
  if (body.price !== undefined) values.price = scaledOf(body.price)
  if (body.isExpress !== undefined) values.isExpress = body.isExpress ? 1 : 0
  if (body.dueAt !== undefined) values.dueAt = timestampOf(body.dueAt)
  return values
}

const shown = (row) => {
  row.price = decimalOf(row.price)
  row.isExpress = row.isExpress === 1
  return row
}
