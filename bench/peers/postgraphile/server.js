import { createServer } from 'node:http'
import pg from 'pg'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { forGenerated } from '../shared/postgres/for-generated.js'

const client = new pg.Client(process.env.PG)
await client.connect()
await client.query(forGenerated)
await client.end()

/** The interface that PostGraphile makes from the tables, as its documentation has it for production. */
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.PG,
      schemas: ['public'],
      poolConfig: { max: 10, idleTimeoutMillis: 0 },
    }),
  ],
  grafserv: { graphqlOverGET: true, graphiql: false, watch: false },
  grafast: { explain: false },
})

const server = createServer()
server.keepAliveTimeout = 72_000
await instance.createServ(grafserv).addTo(server)
server.listen(Number(process.env.PORT), '127.0.0.1')

process.on('SIGTERM', () => {
  server.closeIdleConnections()
  server.close(async () => {
    await instance.release()
    process.exit(0)
  })
})
