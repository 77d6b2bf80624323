import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { dataErrors } from '../../../errors.ts'
import type { Look } from '../../../migration/migrator.ts'
import { sqliteError } from '../errors.ts'
import { sqliteFacts } from './facts.ts'
import { readHistory } from './migrator.ts'
import { hasTable, readModel } from './remembered.ts'

type Read = <Answer>(question: (database: DatabaseSync) => Answer) => Answer

/**
 * Reads a database without changing it. While a server has it open, its lock keeps every other connection out, so the file is
 * read as if nobody could change it: without the log beside it, as of the server's last checkpoint. A server makes one when it
 * has brought the schema up to date, so the schema is always that of the server.
 */
export function look(path: string): Look & AsyncDisposable {
  if (!existsSync(path)) return nothing
  let open: DatabaseSync | undefined
  let isInUse = false
  // Without a log the file is all there is, and opening it in the usual way would only leave one behind.
  if (existsSync(`${path}-wal`)) {
    try {
      open = new DatabaseSync(path, { readOnly: true, timeout: 0 })
      open.prepare('select count(*) from sqlite_schema').get()
    } catch (error) {
      open?.close()
      open = undefined
      const known = sqliteError(error, path)
      if (known?.code !== 'STORE_IN_USE') throw known ?? error
      isInUse = true
    }
  }
  const reader = open
  const read: Read = reader === undefined ? (question) => readUnlocked(path, question) : (question) => question(reader)
  return {
    isInUse,
    stored: async () => read(readModel),
    facts: sqliteFacts(read),
    history: async () => read((database) => (hasTable(database, '_banyan_migrations') ? readHistory(database) : [])),
    async [Symbol.asyncDispose]() {
      reader?.close()
    },
  }
}

const nothing: Look & AsyncDisposable = {
  isInUse: false,
  stored: async () => [],
  facts: { count: async () => 0, examples: async () => [] },
  history: async () => [],
  async [Symbol.asyncDispose]() {},
}

const attempts = 20

/** A checkpoint may come in between, and then the pages do not fit together: they are read anew. */
function readUnlocked<Answer>(path: string, question: (database: DatabaseSync) => Answer): Answer {
  const url = pathToFileURL(path)
  url.search = '?immutable=1'
  for (let attempt = 1; ; attempt++) {
    let database: DatabaseSync | undefined
    try {
      database = new DatabaseSync(url, { readOnly: true })
      return question(database)
    } catch (error) {
      const known = sqliteError(error, path)
      if (known?.code !== 'STORE_CORRUPT') throw known ?? error
      if (attempt === attempts)
        throw existsSync(`${path}-wal`)
          ? dataErrors.STORE_IN_USE(
              `${path} is open in another process, which writes too much for it to be read beside it`,
            )
          : known
    } finally {
      database?.close()
    }
  }
}
