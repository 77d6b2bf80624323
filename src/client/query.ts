import { clientErrors } from './error.ts'

/** A list's query as the URL has it: `where` becomes `f=v`, `f[in]=a,b` and `f[gt]=…`, a list of names is joined by commas. */
export function listQuery(query: Readonly<Record<string, unknown>>): URLSearchParams {
  const { where = {}, ...rest } = query
  const search = new URLSearchParams()
  for (const [field, filter] of Object.entries(where as object)) {
    for (const [operator, value] of comparisons(filter)) {
      const name = operator === '' ? field : `${field}[${operator}]`
      search.append(name, operator === 'in' ? members(name, value) : scalar(name, value))
    }
  }
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined) search.append(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  return search
}

/** An operation's input as the URL has it. What is null goes without saying. */
export function inputQuery(input: Readonly<Record<string, unknown>>): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue
    search.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return search
}

function comparisons(filter: unknown): (readonly [string, unknown])[] {
  return typeof filter === 'object' && filter !== null ? Object.entries(filter) : [['', filter]]
}

function members(name: string, values: unknown): string {
  if (!Array.isArray(values) || values.length === 0) {
    throw clientErrors.INVALID_CALL(`${name} needs a list of at least one value`)
  }
  return values
    .map((value) => {
      const text = scalar(name, value)
      if (!text.includes(',')) return text
      throw clientErrors.INVALID_CALL(
        `${name} cannot hold ${JSON.stringify(text)}: its values are separated by commas; ask for this one alone`,
      )
    })
    .join(',')
}

function scalar(name: string, value: unknown): string {
  // Left out, it would silently widen the list.
  if (value !== undefined && value !== null && typeof value !== 'object') return String(value)
  throw clientErrors.INVALID_CALL(`${name} cannot be ${JSON.stringify(value)}; give a value or leave the filter out`)
}
