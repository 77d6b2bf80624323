// The server that Banyan is compared with: what an expert writes by hand for this app, this file and these answers.
import { join } from 'node:path'
import Fastify from 'fastify'
import { cursors } from '../shared/cursor.js'
import { formats } from '../shared/formats.js'
import { problems } from '../shared/problems.js'
import { openDatabase } from './database.js'
import { airports } from './routes/airports.js'
import { bookings } from './routes/bookings.js'
import { echo } from './routes/echo.js'
import { flights } from './routes/flights.js'
import { orders } from './routes/orders.js'

const { PORT, DATA } = process.env

const database = openDatabase(join(DATA, 'main.db'))
const server = Fastify({
  bodyLimit: 1_000_000,
  // Types are refused and not coerced, unknown fields are refused and not dropped, as Banyan does.
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, formats } },
})
problems(server)
server.get('/healthz', () => ({ status: 'ok' }))
airports(server, database)
flights(server, database, cursors(DATA))
orders(server, database)
bookings(server, database)
echo(server)

process.on('SIGTERM', async () => {
  await server.close()
  database.close()
  process.exit(0)
})
await server.listen({ port: Number(PORT), host: '127.0.0.1' })
