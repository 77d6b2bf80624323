import { storeOver } from './store.js'
import { parsers } from './values.js'

/** The settings of a pool of `pg`: as many connections as Banyan has without being told. */
export const poolOptions = (types) => ({
  connectionString: process.env.PG,
  max: 10,
  // Others have their turns between two of ours, and connections must not have to be made again.
  idleTimeoutMillis: 0,
  types: { getTypeParser: (type, format) => parsers[type] ?? types.getTypeParser(type, format) },
})

/** Named statements are prepared by `pg` on each connection at their first use. */
export const storeWithPg = (pool) =>
  storeOver({
    query: async ({ name, text }, values) => (await pool.query({ name, text, values })).rows,
    count: async ({ name, text }, values) => (await pool.query({ name, text, values })).rowCount,
  })
