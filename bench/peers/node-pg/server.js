import { Ajv } from 'ajv'
import pg from 'pg'
import { answersOver } from '../shared/answers.js'
import { cursors } from '../shared/cursor.js'
import { poolOptions, storeWithPg } from '../shared/postgres/with-pg.js'
import { validatorsBy } from '../shared/validators.js'
import { serve } from '../shared/with-node-http.js'

const pool = new pg.Pool(poolOptions(pg.types))
serve(answersOver(await storeWithPg(pool), cursors(process.env.DATA)), validatorsBy(Ajv), () => pool.end())
