import { isDeepStrictEqual } from 'node:util'
import { canonical, converter } from './converter.ts'
import type { Differing } from './difference.ts'
import type { Placed } from './layout.ts'
import { refused, type VersionPlace } from './refused.ts'

type Values = Readonly<Record<string, unknown>>

/** How the values of an older version are made of those of now, and back: of a row, an input or an output. */
export interface Shape {
  readonly version: string
  /** The version's fields, in its order. */
  readonly layout: readonly Placed[]
  /** How the version calls a field of now; where that was made of others, the first of them; undefined where it has none. */
  nameOf(now: string): string | undefined
  /** The field of now whose values a field of the version has as they are. */
  carrierOf(old: string): string | undefined
  /** What the version shows. Throws BUG where a function of the app fails. */
  toOld(now: Values): Record<string, unknown>
  /** What a client of the version gave to make something. Throws INVALID where it cannot be said in the fields of now. */
  fromNew(given: Values): Record<string, unknown>
  /** What a client of the version changes: nothing where it gave what the version shows already. Throws INVALID. */
  fromChange(given: Values, before: Values): Record<string, unknown>
  /** The whole as a client of the version wants it; what the version does not show stays as it was. Throws INVALID. */
  fromReplacement(given: Values, before: Values): Record<string, unknown>
}

/** `layout`: of the fields that differ so. */
export function shapeOf(place: VersionPlace, layout: readonly Placed[], { difference, conversions }: Differing): Shape {
  const converters = difference.conversions.flatMap((declared, at) =>
    declared.from.length === 0 ? [] : [converter(place, declared, conversions[at] ?? {})],
  )
  const carried = layout.flatMap(({ name, source }) => (source.kind === 'carried' ? [{ name, from: source.from }] : []))
  const carriers = new Map(carried.map(({ name, from }) => [name, from]))
  const names = new Map([
    ...carried.map(({ name, from }) => [from, name] as const),
    ...converters.flatMap(({ from, fields }) => from.map((one) => [one, Object.keys(fields)[0]] as const)),
  ])
  const carriedFrom = (given: Values): Record<string, unknown> => {
    for (const each of layout) if (each.source.kind === 'constant') refuseOther(each, given[each.name])
    const values: Record<string, unknown> = {}
    for (const { name, from } of carried) if (given[name] !== undefined) values[from] = given[name]
    return values
  }
  const refuseOther = ({ name, field }: Placed, value: unknown): void => {
    const only = field.default ?? null
    if (value === undefined || isDeepStrictEqual(canonical(field, value), canonical(field, only))) return
    const detail = `is no longer kept: it can be given as ${JSON.stringify(only)} only`
    throw refused(place, [{ pointer: `/${name}`, detail }])
  }

  return {
    version: place.version,
    layout,
    nameOf: (name) => names.get(name),
    carrierOf: (name) => carriers.get(name),

    toOld(now) {
      const made: Values = Object.assign({}, ...converters.map(({ toOld }) => toOld(now)))
      const old: Record<string, unknown> = {}
      for (const { name, field, source } of layout) {
        switch (source.kind) {
          case 'carried':
            old[name] = now[source.from]
            break
          case 'converted':
            old[name] = made[name]
            break
          case 'constant':
            old[name] = field.default ?? null
        }
      }
      return old
    },

    fromNew(given) {
      const values = { ...carriedFrom(given), ...difference.without }
      return Object.assign(values, ...converters.map(({ whole, fromOld }) => fromOld(whole(given))))
    },

    fromChange(given, before) {
      const values = carriedFrom(given)
      for (const { fields, toOld, fromOld, whole } of converters) {
        if (!Object.keys(fields).some((name) => given[name] !== undefined)) continue
        const shown = toOld(before)
        const wanted = whole({ ...shown, ...given })
        if (!isDeepStrictEqual(wanted, shown)) Object.assign(values, fromOld(wanted))
      }
      return values
    },

    fromReplacement(given, before) {
      const values = carriedFrom(given)
      for (const name in difference.without) values[name] = before[name]
      for (const { from, fields, toOld, fromOld, whole } of converters) {
        const shown = toOld(before)
        // What cannot be changed need not be given.
        const kept = Object.entries(fields).filter(([name, { writeOnce }]) => writeOnce && given[name] === undefined)
        const wanted = whole({ ...given, ...Object.fromEntries(kept.map(([name]) => [name, shown[name]])) })
        const isSame = isDeepStrictEqual(wanted, shown)
        Object.assign(values, isSame ? Object.fromEntries(from.map((name) => [name, before[name]])) : fromOld(wanted))
      }
      return values
    },
  }
}
