import { Errors, ServiceBroker } from 'moleculer'
import ApiGateway from 'moleculer-web'
import pg from 'pg'
import { answersOver } from '../shared/answers.js'
import { cursors } from '../shared/cursor.js'
import { poolOptions, storeWithPg } from '../shared/postgres/with-pg.js'
import { answerOf, contentRefused } from '../shared/problems.js'
import { flightListWithInclude, idParams, newBooking, newOrder, orderChange, paramsOf } from './params.js'

const pool = new pg.Pool(poolOptions(pg.types))
const answers = answersOver(await storeWithPg(pool), cursors(process.env.DATA))
const broker = new ServiceBroker({ logger: false })

/** An action whose answer the gateway sends with its status and its headers. */
const action = (parts, answer) => ({
  params: paramsOf(parts),
  async handler({ params, meta }) {
    const { status, headers, body } = await answer(params, meta)
    meta.$statusCode = status
    meta.$responseHeaders = headers
    meta.$location = headers.location
    return body
  },
})

/** The validator leaves members behind that nobody gave. */
const given = (body) => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))

broker.createService({
  name: 'airports',
  actions: { get: action({}, ({ params }) => answers.airport(params.id)) },
})
broker.createService({
  name: 'flights',
  actions: {
    get: action({ params: idParams }, ({ params }) => answers.flight(params.id)),
    list: action({ query: flightListWithInclude }, ({ query }, { url }) => answers.flights(url, query)),
  },
})
broker.createService({
  name: 'orders',
  actions: {
    create: action({ body: newOrder }, ({ body }, { authorization }) => answers.createOrder(authorization, body)),
    change: action({ params: idParams, body: orderChange }, ({ params, body }, { authorization, ifMatch }) =>
      answers.changeOrder(authorization, ifMatch, params.id, given(body)),
    ),
  },
})
broker.createService({
  name: 'bookings',
  actions: { create: action({ body: newBooking }, ({ body }, { authorization }) => answers.book(authorization, body)) },
})

broker.createService({
  name: 'api',
  mixins: [ApiGateway],
  settings: {
    port: Number(process.env.PORT),
    ip: '127.0.0.1',
    logRequest: false,
    logResponse: false,
    log4XXResponses: false,
    etag: false,
    routes: [
      {
        path: '/v1',
        mergeParams: false,
        bodyParsers: { json: { limit: '1MB' } },
        aliases: {
          'GET /airports/:id': 'airports.get',
          'GET /flights/:id': 'flights.get',
          'GET /flights': 'flights.list',
          'POST /orders': 'orders.create',
          'PATCH /orders/:id': 'orders.change',
          'POST /bookings': 'bookings.create',
        },
        onBeforeCall({ meta }, _route, request) {
          meta.url = request.originalUrl
          meta.authorization = request.headers.authorization
          meta.ifMatch = request.headers['if-match']
        },
      },
    ],
    onError(request, response, error) {
      const known = error instanceof Errors.ValidationError ? contentRefused(JSON.stringify(error.data)) : error
      if (error.code >= 400 && error.code < 600) known.statusCode = error.code
      const { status, headers, body } = answerOf(known, request.$ctx?.requestID)
      response.writeHead(status, headers).end(body)
    },
  },
  started() {
    this.server.keepAliveTimeout = 72_000
  },
})

await broker.start()
process.on('SIGTERM', async () => {
  await broker.stop()
  await pool.end()
  process.exit(0)
})
