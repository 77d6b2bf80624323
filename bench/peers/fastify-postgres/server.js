import Fastify from 'fastify'
import postgres from 'postgres'
import { answersOver } from '../shared/answers.js'
import { cursors } from '../shared/cursor.js'
import { clientOptions, storeWithPostgres } from '../shared/postgres/with-postgres.js'
import { serve } from '../shared/with-fastify.js'

const sql = postgres(process.env.PG, clientOptions)
await serve(Fastify, answersOver(await storeWithPostgres(sql), cursors(process.env.DATA)), () => sql.end())
