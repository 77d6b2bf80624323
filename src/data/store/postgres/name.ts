import { createHash } from 'node:crypto'

/** A name in a statement. */
export function quoteName(name: string): string {
  return `"${engineName(name).replaceAll('"', '""')}"`
}

/** What PostgreSQL knows something by: it cuts off longer names without a word, and two of them would meet. */
export function engineName(name: string): string {
  if (Buffer.byteLength(name) <= bytesMax) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16)
  let left = name
  while (Buffer.byteLength(left) > bytesMax - hash.length - 1) left = [...left].slice(0, -1).join('')
  return `${left} ${hash}`
}

const bytesMax = 63

/**
 * The name of what belongs to a table and shares one space of names with that of all others. What was named when the table was
 * called something else says so too; no table has a bracket in its name.
 */
export function nameWithin(table: string, name: string): string {
  return name.startsWith(`${table}(`) ? name : `${name} of ${table}`
}

/** What the name of every table's primary key begins with. */
export const primaryKey = '_banyan key'

export function literal(value: string | null): string {
  return value === null ? 'null' : `'${value.replaceAll("'", "''")}'`
}
