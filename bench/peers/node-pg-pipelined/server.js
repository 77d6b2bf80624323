import { Ajv } from 'ajv'
import pg from 'pg'
import { answersOver } from '../shared/answers.js'
import { cursors } from '../shared/cursor.js'
import { poolOptions, storeWithPg } from '../shared/postgres/with-pg.js'
import { validatorsBy } from '../shared/validators.js'
import { serve } from '../shared/with-node-http.js'

/** Statements that do not wait for the answers to others, on a few connections in turns, instead of a pool. */
const clients = Array.from({ length: 4 }, () => new pg.Client({ ...poolOptions(pg.types), pipeline: true }))
await Promise.all(clients.map((client) => client.connect()))
let turn = 0
const inTurns = { query: (statement) => clients[turn++ % clients.length].query(statement) }

serve(answersOver(await storeWithPg(inTurns), cursors(process.env.DATA)), validatorsBy(Ajv), () =>
  Promise.all(clients.map((client) => client.end())),
)
