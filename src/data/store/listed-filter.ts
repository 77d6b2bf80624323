import type { Scan, Value } from './store.ts'

/** Whether one of the filters is a list of values. */
export function isListed({ equal }: Pick<Scan, 'equal'>): boolean {
  return equal.some((value) => Array.isArray(value))
}

/** A filter by a list of values as one for each of them. */
export function singly<Of extends Pick<Scan, 'equal'>>(filter: Of): readonly Of[] {
  const list = filter.equal.findIndex((value) => Array.isArray(value))
  if (list === -1) return [filter]
  return (filter.equal[list] as readonly Value[]).map((value) => ({ ...filter, equal: filter.equal.with(list, value) }))
}
