import { create } from '@platformatic/db'
import pg from 'pg'
import { forGenerated } from '../shared/postgres/for-generated.js'

const client = new pg.Client(process.env.PG)
await client.connect()
await client.query(forGenerated)
await client.end()

/** The interface that Platformatic DB makes from the tables: REST, and GraphQL where one answer has rows of two of them. */
const app = await create(import.meta.dirname, {
  $schema: 'https://schemas.platformatic.dev/@platformatic/db/3.67.0.json',
  server: {
    hostname: '127.0.0.1',
    port: Number(process.env.PORT),
    keepAliveTimeout: 72_000,
    logger: { level: 'error' },
  },
  db: {
    connectionString: process.env.PG,
    poolSize: 10,
    idleTimeoutMilliseconds: 600_000,
    openapi: true,
    graphql: true,
    events: false,
    autoTimestamp: { createdAt: 'createdAt', updatedAt: 'updatedAt' },
  },
  watch: false,
})
await app.init()
await app.start({ listen: true })

process.on('SIGTERM', async () => {
  await app.stop()
  process.exit(0)
})
