import { Ajv } from 'ajv'
import postgres from 'postgres'
import { answersOver } from '../shared/answers.js'
import { cursors } from '../shared/cursor.js'
import { clientOptions, storeWithPostgres } from '../shared/postgres/with-postgres.js'
import { validatorsBy } from '../shared/validators.js'
import { serve } from '../shared/with-node-http.js'

const sql = postgres(process.env.PG, clientOptions)
serve(answersOver(await storeWithPostgres(sql), cursors(process.env.DATA)), validatorsBy(Ajv), () => sql.end())
