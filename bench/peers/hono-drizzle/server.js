import { randomUUID } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Ajv } from 'ajv'
import { drizzle } from 'drizzle-orm/node-postgres'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { validator } from 'hono/validator'
import pg from 'pg'
import { answersOver } from '../shared/answers.js'
import { cursors } from '../shared/cursor.js'
import { answerOf, Problem } from '../shared/problems.js'
import { validatorsBy } from '../shared/validators.js'
import { storeWithDrizzle } from './store.js'

const pool = new pg.Pool({ connectionString: process.env.PG, max: 10, idleTimeoutMillis: 0 })
const answers = answersOver(await storeWithDrizzle(drizzle(pool), pool), cursors(process.env.DATA))
const valid = validatorsBy(Ajv)

const send = (context, { status, headers, body }) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  headers['content-type'] ??= 'application/json; charset=utf-8'
  return context.body(text, status, headers)
}

const jsonOf = (check) => validator('json', (value) => check(value))
const authorization = (context) => context.req.header('authorization')

const app = new Hono()
app.use(bodyLimit({ maxSize: 1_000_000, onError: () => tooLarge() }))
app.get('/v1/airports/:id', async (c) => send(c, await answers.airport(c.req.param('id'))))
app.get('/v1/flights/:id', validator('param', valid.idParams), async (c) =>
  send(c, await answers.flight(c.req.valid('param').id)),
)
app.get('/v1/flights', validator('query', valid.flightList), async (c) => {
  const { url } = c.req
  return send(c, await answers.flights(url.slice(url.indexOf('/', 8)), c.req.valid('query')))
})
app.post('/v1/orders', jsonOf(valid.newOrder), async (c) =>
  send(c, await answers.createOrder(authorization(c), c.req.valid('json'))),
)
app.patch('/v1/orders/:id', validator('param', valid.idParams), jsonOf(valid.orderChange), async (c) =>
  send(
    c,
    await answers.changeOrder(authorization(c), c.req.header('if-match'), c.req.valid('param').id, c.req.valid('json')),
  ),
)
app.post('/v1/bookings', jsonOf(valid.newBooking), async (c) =>
  send(c, await answers.book(authorization(c), c.req.valid('json'))),
)
app.onError((error, c) => send(c, answerOf(error, randomUUID())))

const tooLarge = () => {
  throw new Problem(413, 'TOO_LARGE', 'Body too large', '', 'more than 1,000,000 bytes')
}

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
server.keepAliveTimeout = 72_000
process.on('SIGTERM', () => {
  server.closeIdleConnections()
  server.close(async () => {
    await pool.end()
    process.exit(0)
  })
})
