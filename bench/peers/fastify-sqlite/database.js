import { DatabaseSync } from 'node:sqlite'

/**
 * Opens the file as Banyan does: for one process, with a write-ahead log and an fsync in every commit. Each commit advances
 * the position that the file keeps, from which the bookmark of an answer is made.
 */
export const openDatabase = (file) => {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('PRAGMA cache_size = -8000')
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const rollback = database.prepare('ROLLBACK')
  const meta = database.prepare('SELECT value FROM _banyan_meta WHERE key = ?')
  const advance = database.prepare("UPDATE _banyan_meta SET value = ? WHERE key = 'position'")
  const epoch = meta.get('epoch').value
  let position = meta.get('position').value
  let bookmark = bookmarkOf(epoch, position)
  return {
    prepare: (sql) => database.prepare(sql),
    /** How far the file had come, as clients carry it; encoded once per commit. */
    bookmark: () => bookmark,
    /** One transaction, committed and on the disk when this returns. */
    transaction: (body) => {
      begin.run()
      let result
      try {
        result = body()
        advance.run(position + 1)
        commit.run()
      } catch (error) {
        rollback.run()
        throw error
      }
      position += 1
      bookmark = bookmarkOf(epoch, position)
      return result
    },
    close: () => database.close(),
  }
}

const bookmarkOf = (epoch, position) =>
  Buffer.from(JSON.stringify({ v: 1, stores: { main: { epoch, position } } })).toString('base64url')
