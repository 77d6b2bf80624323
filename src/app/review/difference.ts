import type { FieldRecord } from '../manifest.ts'
import { valueCheck } from '../value-check.ts'
import type { Conversion, ConversionDeclaration, Differing } from '../version/difference.ts'
import { layoutOf } from '../version/layout.ts'
import { appFindings } from './codes.ts'
import { reviewFields } from './field.ts'
import { type Finding, listed } from './finding.ts'
import { brokenTrip } from './round-trip.ts'

/** A difference, whose it is, and the fields of now. */
export interface Differs {
  readonly version: string
  /** `flights`, `bookings.book`. */
  readonly owner: string
  readonly place: string
  readonly now: FieldRecord
  readonly differing: Differing
}

/** What the version does with these fields. */
export interface Uses {
  readonly isShown: boolean
  readonly isGiven: boolean
  /** A field that is the same in all versions. */
  readonly fixed?: string
  readonly reviewNames: (place: string, names: readonly string[]) => readonly Finding[]
}

/** What an older version says of some fields: names that mean something, values that fit, and functions that keep what they convert. */
export function reviewDifference(differs: Differs, uses: Uses): readonly Finding[] {
  const names = [...reviewNow(differs, uses), ...reviewConversions(differs, uses)]
  // A layout of fields that there are not, and functions on them, would be guesses.
  if (names.length > 0) return names
  const values = [...reviewOld(differs, uses), ...(uses.isGiven ? reviewValues(differs) : [])]
  return values.length > 0 ? values : reviewTrips(differs)
}

/** The fields of now that are named. */
function reviewNow({ place, now, differing: { difference } }: Differs, { fixed }: Uses): readonly Finding[] {
  const { renamed, without, conversions } = difference
  const named = [...Object.values(renamed), ...Object.keys(without), ...conversions.flatMap(({ from }) => from)]
  return [...new Set(named)].flatMap((name) => {
    const field = Object.hasOwn(now, name) ? now[name] : undefined
    const problem =
      field === undefined
        ? `there is no field ${name}`
        : field.private
          ? `${name} is private: no version shows it`
          : name === fixed
            ? `the ${name} is the same in all versions`
            : named.filter((other) => other === name).length > 1
              ? `${name} is named twice`
              : undefined
    return problem === undefined ? [] : [appFindings.VERSION_FIELD(place, problem)]
  })
}

function reviewConversions({ place, now, differing }: Differs, uses: Uses): readonly Finding[] {
  return differing.difference.conversions.flatMap((conversion, at) => {
    const what = listed(Object.keys(conversion.fields))
    const problem = problemOf(conversion, differing.conversions[at] ?? {}, now, uses)
    return problem === undefined ? [] : [appFindings.VERSION_CONVERSION(`${place}/fields(${what})`, ...problem)]
  })
}

/** The reason, and what to do about it where that is not the usual. */
function problemOf(
  { fields, from }: ConversionDeclaration,
  { toOld, fromOld }: Conversion,
  now: FieldRecord,
  { isShown, isGiven }: Uses,
): readonly [reason: string, mend?: string] | undefined {
  const entries = Object.entries(fields)
  if (entries.length === 0)
    return ['it names no fields of the version', 'Declare them, or say without instead of from.']
  const [special] = entries.filter(([, field]) => field.private || field.unique || field.kind === 'ref')
  if (special !== undefined) {
    const [name, field] = special
    const word = field.private ? 'private' : field.unique ? 'unique' : 'a reference'
    return [`${name} is ${word}, which only a field of now can be`, 'Declare its values alone: t.text(…), t.id(…).']
  }
  if (from.length === 0) {
    if (toOld !== undefined || fromOld !== undefined)
      return ['it has functions, and does not say what from', "Name the fields of now: from: ['price']."]
    const [required] = entries.filter(([, field]) => !field.optional && field.default === undefined)
    return (
      required && [`${required[0]} comes from nothing and has no default`, 'Make it optional, or give it a default.']
    )
  }
  if (isShown && toOld === undefined) return ['it has no toOld, and the version shows these fields']
  if (isGiven && fromOld === undefined) return ['it has no fromOld, and the version takes these fields']
  const fixed = from.find((name) => now[name]?.writeOnce)
  const [changeable] = entries.filter(([, field]) => !field.writeOnce)
  if (fixed === undefined || changeable === undefined || !isShown || !isGiven) return undefined
  return [`${fixed} is write-once, so ${changeable[0]} is too`, 'Declare it: writeOnce: true.']
}

/** The fields of the version: each a name of its own, and limits that make sense. */
function reviewOld({ version, place, now, differing }: Differs, { reviewNames }: Uses): readonly Finding[] {
  const { difference } = differing
  const names = layoutOf(now, difference).map(({ name }) => name)
  const twice = names.filter((name, at) => names.indexOf(name) !== at)
  return [
    ...twice.map((name) => appFindings.VERSION_NAME(`${place}/${name}`, `two fields of ${version} are called ${name}`)),
    ...reviewNames(`${place}/renamed`, Object.keys(difference.renamed)),
    ...difference.conversions.flatMap(({ fields }) => [
      ...reviewNames(`${place}/fields`, Object.keys(fields)),
      ...reviewFields(`${place}/fields`, fields, new Set()),
    ]),
  ]
}

function reviewValues({ place, now, differing: { difference } }: Differs): readonly Finding[] {
  return Object.entries(difference.without).flatMap(([name, value]) => {
    const problem = valueCheck(now[name]!)(value)
    if (problem === undefined) return []
    return [
      appFindings.VERSION_VALUE(
        `${place}/without/${name}`,
        `${name} cannot be ${JSON.stringify(value)}: it ${problem}`,
      ),
    ]
  })
}

function reviewTrips({ version, owner, place, now, differing }: Differs): readonly Finding[] {
  return differing.difference.conversions.flatMap((declared, at) => {
    if (declared.from.length === 0) return []
    const broken = brokenTrip({ version, place: owner, now, declared, functions: differing.conversions[at]! })
    const what = listed(Object.keys(declared.fields))
    return broken === undefined ? [] : [appFindings.VERSION_ROUND_TRIP(`${place}/fields(${what})`, broken)]
  })
}
