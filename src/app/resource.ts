import { durationMs } from '../core/duration.ts'
import type { AccessRules, Action, ActionsOf } from './access.ts'
import { type Adoption, type AdoptOptions, adoption } from './adoption.ts'
import type {
  Field,
  FieldDeclaration,
  Fields,
  FieldsWith,
  GivenFor,
  Simplify,
  UnorderedOf,
  ValueOf,
  ValuesOf,
} from './field.ts'
import type { TotalKind } from './total.ts'
import {
  contradiction,
  type Difference,
  type DifferenceOptions,
  type Differing,
  differing,
  same,
} from './version/difference.ts'
import type { DifferenceType, PresentedTypes } from './version/types.ts'

/** What a resource is, as data. */
export interface ResourceDeclaration {
  readonly name: string
  readonly fields: Readonly<Record<string, FieldDeclaration>>
  /** Access paths in the order declared: the fields by which a list may filter and sort. */
  readonly paths: readonly (readonly string[])[]
  readonly partitionBy: string
  readonly access: AccessRules | undefined
  /** The most that a reader may lag behind, in milliseconds; 0: reads are fresh. */
  readonly staleForMs: number
  readonly requireMatch: boolean
  readonly pageLimit: number
  /** How lists tell the number of their rows; without it they do not. */
  readonly total: TotalKind | undefined
  /** The fields whose words a list may search, the most telling first; empty: none. */
  readonly search: readonly string[]
  readonly reverse: Readonly<Record<string, { readonly resource: string; readonly by: string }>>
  /** What differed in older versions; null: the version did not have the resource. */
  readonly presented: Readonly<Record<string, Difference | null>>
  readonly description?: string
  /** The name under which older versions of the app know it. */
  readonly renamedFrom?: string
  /** The table that was there before, whose rows it serves. */
  readonly adopted?: Adoption
}

/** What is wrong with a write, in the words of a rule: a text, or issues that name their field. */
export type RuleResult = void | string | readonly { readonly field: string; readonly detail: string }[]

/** Pure and synchronous; runs with every write. `previous` is null when the row is made. */
export type ValidationRule<Row> = (change: { readonly next: Row; readonly previous: Row | null }) => RuleResult

/** How rows that were stored without a field, or with another kind of it, get its value. */
export interface Backfill {
  readonly field: string
  /** What `value` reads of a row beside its id, createdAt, updatedAt and version: fields as they were stored. */
  readonly from: Readonly<Record<string, FieldDeclaration>>
  readonly value: (row: any) => unknown // `any`: see Resource.rules
}

declare const infoType: unique symbol

/** The parts of a resource's type that its builder adds. */
export interface ResourceInfo {
  readonly paths: string
  readonly actions: Action
  /** Whether lists tell how many rows they have, and whether they may be searched. */
  readonly total: boolean
  readonly search: boolean
  readonly presented: PresentedTypes
}

/** A declared resource. Every method returns a new one; nothing is changed. */
export interface Resource<
  Name extends string = string,
  F extends Fields = Fields,
  Info extends ResourceInfo = ResourceInfo,
> {
  readonly kind: 'resource'
  readonly name: Name
  readonly fields: F
  readonly declaration: ResourceDeclaration
  readonly rules: readonly ValidationRule<any>[] // `any`: a resource of any row type stands where a Resource is asked for
  /** How older versions show it, with the functions that the declaration leaves out. */
  readonly presented: Readonly<Record<string, Differing | null>>
  readonly backfills: readonly Backfill[]
  readonly [infoType]?: Info

  /** Declares an access path: a list may filter by a prefix of these fields and sort by the rest of them. */
  index<const Path extends readonly [PathField<F>, ...PathField<F>[]]>(
    ...path: Path
  ): Resource<Name, F, With<Info, { paths: Info['paths'] | Path[number] }>>

  /** Who may do what. Without it the app does not start; an action that is left out has no route. */
  access<const Rules extends AccessRules<PathField<F>>>(
    rules: Rules,
  ): Resource<Name, F, With<Info, { actions: ActionsOf<Rules> }>>

  /** The field whose value decides which rows live together, and so which rows one transaction may change. */
  partitionBy<const Key extends Exclude<keyof F & string, FieldsWith<F, { readonly optional: true }> | 'id'>>(
    field: Key,
  ): Resource<Name, WithWriteOnce<F, Key>, Info>

  /** The most that any topology may let a reader lag behind. Without it reads are fresh. */
  freshness(options: { readonly staleFor: string }): Resource<Name, F, Info>

  /** A rule over the whole row: pure, synchronous, run with every write. */
  validate(rule: ValidationRule<RowOf<Resource<Name, F, Info>>>): Resource<Name, F, Info>

  /** Refuses a change that does not say which version it was made from (428). */
  requireMatch(): Resource<Name, F, Info>

  /** The largest page that a list may ask for; without it 100. */
  pageLimit(rows: number): Resource<Name, F, Info>

  /**
   * Lists may ask how many rows they have: `total=true`. `exact` counts them all, `estimated` counts to 10,000 and takes a sample
   * beyond.
   */
  total(kind: TotalKind): Resource<Name, F, With<Info, { total: true }>>

  /**
   * Lists may be searched by the words of these texts: `search=san fran*`. Best come rows with all the words in the first of
   * them.
   */
  search<const Searched extends readonly [TextField<F>, ...TextField<F>[]]>(
    ...fields: Searched
  ): Resource<Name, F, With<Info, { search: true }>>

  /** The rows of another resource that refer to this one by the field `by`. */
  many(resource: string, options: { readonly by: string }): Resource<Name, F, Info>

  /**
   * How an older version of the API shows it, as far as that differs. Each call says one difference and they add up; what none
   * names is shown as it is. A list of the version goes by fields that it has as they are or under another name.
   */
  presents<
    const Version extends string,
    const Renamed extends Readonly<Record<string, PublicField<F>>> = {},
    const Without extends { readonly [Name in PublicField<F>]?: ValueOf<F[Name]> } = {},
    const Old extends Fields = {},
    const From extends PublicField<F> = never,
  >(
    version: Version,
    difference: DifferenceOptions<F, Renamed, Without, Old, From>,
  ): Resource<
    Name,
    F,
    With<
      Info,
      {
        presented: Info['presented'] & {
          readonly [V in Version]: DifferenceType<Renamed, keyof Without | From, Old>
        }
      }
    >
  >

  /** Older versions that did not have it. */
  absentFrom<const Version extends string>(
    ...versions: readonly [Version, ...Version[]]
  ): Resource<Name, F, With<Info, { presented: Info['presented'] & { readonly [V in Version]: null } }>>

  describe(description: string): Resource<Name, F, Info>

  /**
   * Serves a table that is there already, and leaves it as it is. A field has the column of its own name unless `columns` names
   * another: `.adopt({ table: 'crm.customers', key: 'integer', columns: { fullName: 'full_name' }, version: 'xmin' })`.
   */
  adopt(options: AdoptOptions<keyof F & string>): Resource<Name, F, Info>

  /** The name that this resource had before: its rows are kept, and older versions go on with that name. */
  renamedFrom(name: string): Resource<Name, F, Info>

  /**
   * The value of a field for rows that were stored before it was there, or when it was of another kind. Pure and synchronous;
   * runs once a row. `from` declares what it reads, as that was stored: `.backfill('firstName', ({ name }) =>
   * name.split(' ')[0]!, { from: { name: t.text() } })`.
   */
  backfill<const Key extends Exclude<keyof F & string, 'id'>, const From extends Fields = {}>(
    field: Key,
    value: (row: Simplify<RowSystemFields & Readonly<ValuesOf<From>>>) => ValueOf<F[Key]>,
    options?: { readonly from: From },
  ): Resource<Name, F, Info>
}

/** The fields that a version may show in another way. */
type PublicField<F extends Fields> = Exclude<keyof F & string, 'id' | FieldsWith<F, { readonly private: true }>>

/** The partition key is write-once: a row never leaves its slot. */
type WithWriteOnce<F extends Fields, Key extends keyof F> = {
  readonly [Name in keyof F]: Name extends Key
    ? F[Name] extends Field<infer Value, infer Options, infer Target>
      ? Field<Value, Options & { readonly writeOnce: true }, Target>
      : never
    : F[Name]
}

/** What a builder knows, with some of it changed. */
type With<Info extends ResourceInfo, Change extends Partial<ResourceInfo>> = {
  readonly [Key in keyof ResourceInfo]: Key extends keyof Change ? NonNullable<Change[Key]> : Info[Key]
}

/** The texts that a client may see, as far as types tell: they take decimals and timestamps for texts. */
type TextField<F extends Fields> = Exclude<
  {
    [Name in keyof F & string]: F[Name] extends Field<infer Value, any, never> // `any`: options do not matter here
      ? string extends Value
        ? Name
        : never
      : never
  }[keyof F & string],
  FieldsWith<F, { readonly private: true }>
>

type PathField<F extends Fields> = Exclude<keyof F & string, UnorderedOf<F>> | 'id' | 'createdAt' | 'updatedAt'

/** Declares a resource. A field named `id` makes its ids client-given; otherwise they are generated. */
export function resource<const Name extends string, const F extends Fields>(
  name: Name,
  fields: F,
): Resource<Name, F, { paths: 'id'; actions: never; total: false; search: false; presented: {} }> {
  return build(
    name,
    fields,
    {
      name,
      fields: declarationsOf(fields),
      paths: [],
      partitionBy: 'id',
      access: undefined,
      staleForMs: 0,
      requireMatch: false,
      pageLimit: 100,
      total: undefined,
      search: [],
      reverse: {},
      presented: {},
    },
    { rules: [], backfills: [], presented: {} },
  )
}

/** What a declaration, which is data, leaves out. */
type Functions = Pick<Resource, 'rules' | 'backfills' | 'presented'>

function build<Name extends string, F extends Fields, Info extends ResourceInfo>(
  name: Name,
  fields: F,
  declaration: ResourceDeclaration,
  functions: Functions,
): Resource<Name, F, Info> {
  const but = <NewInfo extends ResourceInfo = Info>(change: Partial<ResourceDeclaration>): Resource<Name, F, NewInfo> =>
    build(name, fields, { ...declaration, ...change }, functions)
  const { rules, backfills, presented } = functions
  const presenting = (changed: Readonly<Record<string, Differing | null>>) => {
    const now = { ...presented, ...changed }
    const differences = Object.entries(now).map(([version, differing]) => [version, differing?.difference ?? null])
    const shown = { ...declaration, presented: Object.fromEntries(differences) }
    return build(name, fields, shown, { ...functions, presented: now })
  }
  return {
    kind: 'resource',
    name,
    fields,
    declaration,
    ...functions,
    index: (...path) => but({ paths: [...declaration.paths, path] }),
    access: (access) => but({ access }),
    // The type of its fields changes, their declarations in the manifest do.
    partitionBy: (field) => but({ partitionBy: field }) as never,
    freshness: ({ staleFor }) => but({ staleForMs: durationMs(staleFor) }),
    validate: (rule) => build(name, fields, declaration, { ...functions, rules: [...rules, rule] }),
    requireMatch: () => but({ requireMatch: true }),
    pageLimit: (pageLimit) => but({ pageLimit }),
    total: (total) => but({ total }),
    search: (...search) => but({ search }),
    many: (target, { by }) => but({ reverse: { ...declaration.reverse, [target]: { resource: target, by } } }),
    // The versions are known to the type alone, as are the arguments of their functions.
    presents: (version, difference) => {
      if (presented[version] === null) throw contradiction(name, version)
      return presenting({ [version]: differing(presented[version] ?? same, difference) }) as never
    },
    absentFrom: (...versions) => {
      const shown = versions.find((version) => presented[version])
      if (shown !== undefined) throw contradiction(name, shown)
      return presenting(Object.fromEntries(versions.map((version) => [version, null]))) as never
    },
    describe: (description) => but({ description }),
    adopt: (options) => but({ adopted: adoption(options as AdoptOptions) }), // Wider: its names are fields of this one.
    renamedFrom: (renamedFrom) => but({ renamedFrom }),
    backfill: (field, value, { from } = {} as never) => {
      const backfill = { field, value, from: declarationsOf(from ?? {}) }
      return build(name, fields, declaration, { ...functions, backfills: [...backfills, backfill] })
    },
  }
}

function declarationsOf(fields: Fields): Readonly<Record<string, FieldDeclaration>> {
  return Object.fromEntries(Object.entries(fields).map(([field, { declaration }]) => [field, declaration]))
}

/** What every row has beside its fields. */
export interface RowSystemFields {
  readonly id: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly version: number
}

/** A row as handlers see it. */
export type RowOf<R> = R extends { readonly fields: infer F extends Fields }
  ? Simplify<RowSystemFields & Readonly<ValuesOf<F>>>
  : never

/** A row as clients see it: without private fields. */
export type PublicRowOf<R> = R extends { readonly fields: infer F extends Fields }
  ? Omit<RowOf<R>, FieldsWith<F, { readonly private: true }>>
  : never

/** What is given to make a row. */
export type NewRowOf<R> = R extends { readonly fields: infer F extends Fields } ? GivenFor<F> : never

/** What may be changed of a row. */
export type ChangeOf<R> = R extends { readonly fields: infer F extends Fields }
  ? Simplify<{
      readonly [Name in Exclude<keyof F, 'id' | FieldsWith<F, { readonly writeOnce: true }>>]?: ValuesOf<F>[Name]
    }>
  : never

/** The fields by which a list of this resource may filter. */
export type PathFieldOf<R> = R extends { readonly [infoType]?: infer Info extends ResourceInfo } ? Info['paths'] : never

/** What older versions show, by their names. */
export type PresentedOf<R> = R extends { readonly [infoType]?: infer Info extends ResourceInfo }
  ? Info['presented']
  : never

/** What may be done to this resource over its generated routes. */
export type ActionOf<R> = R extends { readonly [infoType]?: infer Info extends ResourceInfo } ? Info['actions'] : never

/** Whether lists of this resource tell how many rows they have. */
export type IsCounted<R> = R extends { readonly [infoType]?: infer Info extends ResourceInfo } ? Info['total'] : false

/** Whether lists of this resource may be searched. */
export type IsSearched<R> = R extends { readonly [infoType]?: infer Info extends ResourceInfo } ? Info['search'] : false
