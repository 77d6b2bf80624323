import type { Follow } from '../../../migration/stored.ts'
import { quoteName } from '../name.ts'

/** Empties what was made from a column that an older version changes. */
export function createFollower(table: string, { sources, target }: Follow): string {
  const isSame = sources.map((source) => `new.${quoteName(source)} <=> old.${quoteName(source)}`).join(' and ')
  const column = `new.${quoteName(target)}`
  return `create trigger ${followerName(table, target)} before update on ${quoteName(table)} for each row set ${column} = if(${isSame}, ${column}, null)`
}

export function dropFollower(table: string, target: string): string {
  return `drop trigger if exists ${followerName(table, target)}`
}

function followerName(table: string, target: string): string {
  return quoteName(`${table}.${target} follows`)
}
