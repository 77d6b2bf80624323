import type { Json } from '../../core/json.ts'
import type { Fields, GivenFor, ValueOf, ValuesOf } from '../field.ts'
import type { FieldRecord } from '../manifest.ts'

/**
 * What differed between the fields of an older version and those of now, as data: a row, the input of an operation or its
 * output. What it does not name is the same in both. Functions are told by their presence only.
 */
export interface Difference {
  /** The field of now, by the name that the version had for it. */
  readonly renamed: Readonly<Record<string, string>>
  /** Fields of now that the version does not have, and what each is in what is made through the version. */
  readonly without: Readonly<Record<string, Json>>
  readonly conversions: readonly ConversionDeclaration[]
}

/** Fields of a version that are made of others of now; of none: they always read as their default, or as null. */
export interface ConversionDeclaration {
  readonly fields: FieldRecord
  readonly from: readonly string[]
  readonly toOld: boolean
  readonly fromOld: boolean
}

type Values = Readonly<Record<string, unknown>>

/** The functions of a conversion: pure and synchronous, each given all fields of its side and giving all of the other. */
export interface Conversion {
  readonly toOld?: (now: Values) => Values
  readonly fromOld?: (old: Values) => Values
}

/** A difference with its functions, which stand in the order of its conversions. */
export interface Differing {
  readonly difference: Difference
  readonly conversions: readonly Conversion[]
}

/** Nothing differs. */
export const same: Differing = { difference: { renamed: {}, without: {}, conversions: [] }, conversions: [] }

/** One difference, as it is declared of rows. `F`: the fields of now. Several calls add up. */
export interface DifferenceOptions<F extends Fields, Renamed, Without, Old extends Fields, From extends keyof F> {
  /** The field of now, by the name that the version had for it: `{ departure: 'departsAt' }`. */
  readonly renamed?: Renamed
  /** Fields that the version does not have, each with what it is in rows that are made through the version. */
  readonly without?: Without
  /** Fields that only the version has. */
  readonly fields?: Old
  /**
   * The fields of now that those were made into: the version shows `fields` in their place. Without `from` they always read as
   * their default, or as null, and can be given as nothing else.
   */
  readonly from?: readonly From[]
  /** Pure and synchronous: `fields` of a row. What it throws is a fault of the app. */
  readonly toOld?: (now: { readonly [Name in From]: ValueOf<F[Name]> }) => Widened<GivenFor<Old>>
  /**
   * Pure and synchronous: the row's part of what a client gave, whose values are valid and in their one form. What it throws
   * refuses the request (422). May be left out where nobody can write.
   */
  readonly fromOld?: (old: Readonly<ValuesOf<Old>>) => { readonly [Name in From]: ValueOf<F[Name]> }
}

/** Values of an enum as any text: what a function returns is inferred before its fields are known. `check` finds a wrong one. */
type Widened<Values> = {
  readonly [Name in keyof Values]: Values[Name] extends infer V ? (V extends string ? string : V) : never
}

/** The same of what an operation takes: only read by the version, never shown. */
export type InputDifferenceOptions<F extends Fields, Renamed, Without, Old extends Fields, From extends keyof F> = Omit<
  DifferenceOptions<F, Renamed, Without, Old, From>,
  'toOld'
>

/** The same of what an operation gives: only shown by the version. */
export type OutputDifferenceOptions<
  F extends Fields,
  Renamed,
  Without,
  Old extends Fields,
  From extends keyof F,
> = Omit<DifferenceOptions<F, Renamed, never, Old, From>, 'fromOld' | 'without'> & {
  /** Fields that the version does not have. */
  readonly without?: readonly Without[]
}

/** What is declared in any of these ways, when its types are no longer known. */
export interface AnyDifferenceOptions {
  readonly renamed?: Readonly<Record<string, string>> | undefined
  readonly without?: Readonly<Record<string, unknown>> | readonly string[] | undefined
  readonly fields?: Fields | undefined
  readonly from?: readonly string[] | undefined
  readonly toOld?: ((now: never) => unknown) | undefined
  readonly fromOld?: ((old: never) => unknown) | undefined
}

/** What is said of a version twice, and each time something else. */
export function contradiction(name: string, version: string): TypeError {
  return new TypeError(
    `${name} says that it is absent from ${version}, and how ${version} presents it; keep one of them`,
  )
}

/** What was declared before, and one difference more. */
export function differing({ difference, conversions }: Differing, options: AnyDifferenceOptions): Differing {
  const { renamed = {}, without = {}, fields = {}, from = [], toOld, fromOld } = options
  const left = Array.isArray(without) ? Object.fromEntries(without.map((name) => [name, null])) : without
  const names = {
    renamed: { ...difference.renamed, ...renamed },
    without: { ...difference.without, ...(left as Difference['without']) },
  }
  if ([options.fields, options.from, toOld, fromOld].every((part) => part === undefined)) {
    return { difference: { ...names, conversions: difference.conversions }, conversions }
  }
  const declared: ConversionDeclaration = {
    fields: Object.fromEntries(Object.entries(fields).map(([name, { declaration }]) => [name, declaration])),
    from,
    toOld: toOld !== undefined,
    fromOld: fromOld !== undefined,
  }
  // What they take and give is known only to the type that declared them.
  const functions = { ...(toOld && { toOld }), ...(fromOld && { fromOld }) } as Conversion
  return {
    difference: { ...names, conversions: [...difference.conversions, declared] },
    conversions: [...conversions, functions],
  }
}
