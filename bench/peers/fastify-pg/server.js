import Fastify from 'fastify'
import pg from 'pg'
import { answersOver } from '../shared/answers.js'
import { cursors } from '../shared/cursor.js'
import { poolOptions, storeWithPg } from '../shared/postgres/with-pg.js'
import { serve } from '../shared/with-fastify.js'

const pool = new pg.Pool(poolOptions(pg.types))
await serve(Fastify, answersOver(await storeWithPg(pool), cursors(process.env.DATA)), () => pool.end())
