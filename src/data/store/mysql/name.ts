import { createHash } from 'node:crypto'

/** A name in a statement. Sessions have ANSI_QUOTES. */
export function quoteName(name: string): string {
  return `"${engineName(name).replaceAll('"', '""')}"`
}

/** What the server knows something by: it takes no longer names. */
export function engineName(name: string): string {
  const characters = [...name]
  if (characters.length <= charactersMax) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16)
  return `${characters.slice(0, charactersMax - hash.length - 1).join('')} ${hash}`
}

const charactersMax = 64

/** Sessions have NO_BACKSLASH_ESCAPES. */
export function literal(value: string | null): string {
  return value === null ? 'null' : `'${value.replaceAll("'", "''")}'`
}
