import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { temporaryFolder } from '../running-server.ts'

/** What SQLite itself says of a folder's database: `ok`. It looks at a copy, so that nothing is mended by looking. */
export function integrityOf(dataFolder: string): string {
  using folder = temporaryFolder()
  for (const file of ['main.db', 'main.db-wal']) {
    if (existsSync(join(dataFolder, file))) copyFileSync(join(dataFolder, file), join(folder.path, file))
  }
  using database = new DatabaseSync(join(folder.path, 'main.db'))
  return String(Object.values(database.prepare('pragma integrity_check').get()!)[0])
}
