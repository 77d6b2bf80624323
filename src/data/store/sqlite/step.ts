import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../../core/clock.ts'
import { dataErrors } from '../../errors.ts'
import { sqliteError } from './errors.ts'

/** One change of the schema. */
export interface Step {
  readonly text: string
  readonly sql: string
}

/** Takes steps and records them, within a transaction of the caller's. */
export function takeSteps(database: DatabaseSync, steps: readonly Step[], clock: Clock): void {
  const record = database.prepare('insert into _banyan_migrations (appliedAt, step) values (?, ?)')
  for (const { sql, text } of steps) {
    try {
      database.exec(sql)
    } catch (cause) {
      throw (
        sqliteError(cause) ??
        dataErrors.SCHEMA_DESTRUCTIVE(`${text}: the rows that are there do not allow it`, { cause })
      )
    }
    record.run(clock.now(), text)
  }
}
