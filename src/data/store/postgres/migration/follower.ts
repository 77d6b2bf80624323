import type { Follow } from '../../../migration/stored.ts'
import { quoteName } from '../name.ts'

/** Empties what was made from a column that an older version changes. */
export function createFollower(table: string, { sources, target }: Follow): string {
  const name = followerName(table, target)
  const columns = sources.map(quoteName)
  // JSON is compared as it is written.
  const isChanged = columns.map((column) => `new.${column}::text is distinct from old.${column}::text`).join(' or ')
  return `create function ${name}() returns trigger language plpgsql as $$ begin new.${quoteName(target)} := null; return new; end $$;
    create trigger ${name} before update of ${columns.join(', ')} on ${quoteName(table)} for each row when (${isChanged}) execute function ${name}()`
}

export function dropFollower(table: string, target: string): string {
  const name = followerName(table, target)
  return `drop trigger ${name} on ${quoteName(table)}; drop function ${name}()`
}

function followerName(table: string, target: string): string {
  return quoteName(`${table}.${target} follows`)
}
