import { formats } from './formats.js'
import { problems } from './problems.js'
import * as schemas from './schemas.js'

/** The routes on Fastify: its schemas validate what comes in and write what goes out. */
export const serve = async (Fastify, answers, close) => {
  const server = Fastify({
    bodyLimit: 1_000_000,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, formats } },
  })
  problems(server)
  const send = (reply, { status, headers, body }) => reply.code(status).headers(headers).send(body)

  server.get('/v1/airports/:id', { schema: { response: { 200: schemas.airportRow } } }, async ({ params }, reply) =>
    send(reply, await answers.airport(params.id)),
  )
  server.get(
    '/v1/flights/:id',
    { schema: { params: schemas.idParams, response: { 200: schemas.flightRow } } },
    async ({ params }, reply) => send(reply, await answers.flight(params.id)),
  )
  server.get(
    '/v1/flights',
    {
      schema: {
        querystring: schemas.flightListWithInclude,
        response: { 200: schemas.page(schemas.flightRowWithInclude) },
      },
    },
    async ({ url, query }, reply) => send(reply, await answers.flights(url, query)),
  )
  server.post(
    '/v1/orders',
    { schema: { body: schemas.newOrder, response: { 201: schemas.orderRow } } },
    async ({ headers, body }, reply) => send(reply, await answers.createOrder(headers.authorization, body)),
  )
  server.patch(
    '/v1/orders/:id',
    { schema: { params: schemas.idParams, body: schemas.orderChange, response: { 200: schemas.orderRow } } },
    async ({ headers, params, body }, reply) =>
      send(reply, await answers.changeOrder(headers.authorization, headers['if-match'], params.id, body)),
  )
  server.post(
    '/v1/bookings',
    { schema: { body: schemas.newBooking, response: { 201: schemas.bookingRow } } },
    async ({ headers, body }, reply) => send(reply, await answers.book(headers.authorization, body)),
  )

  process.on('SIGTERM', async () => {
    await server.close()
    await close()
    process.exit(0)
  })
  await server.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
}
