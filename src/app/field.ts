import type { Json, JsonSchema } from '../core/json.ts'

export type FieldKind = FieldDeclaration['kind']

interface Common {
  /** May be null; reads as null when it was not given. */
  readonly optional: boolean
  readonly unique: boolean
  /** Never leaves in an output and is never accepted from a client; handlers see it. */
  readonly private: boolean
  /** Set when the row is made, never changed after. */
  readonly writeOnce: boolean
  readonly default?: Json
  readonly description?: string
  /** The name under which older versions of the app know it. */
  readonly renamedFrom?: string
}

/** A field as data: what the manifest holds and what stores, schemas and documents are made from. */
export type FieldDeclaration =
  | ({
      readonly kind: 'id'
      /** Absent: UUIDs of version 7. */
      readonly form?: IdForm
    } & Common)
  | ({
      readonly kind: 'text'
      readonly minLength?: number
      readonly maxLength: number
      readonly pattern?: string
    } & Common)
  | ({ readonly kind: 'integer'; readonly minimum?: number; readonly maximum?: number } & Common)
  | ({ readonly kind: 'bigint'; readonly minimum?: string; readonly maximum?: string } & Common)
  | ({
      readonly kind: 'decimal'
      readonly precision: number
      readonly scale: number
      readonly minimum?: string
      readonly maximum?: string
    } & Common)
  | ({ readonly kind: 'boolean' } & Common)
  | ({
      readonly kind: 'timestamp'
      /** Six digits behind the second instead of three. */
      readonly microseconds?: true
    } & Common)
  | ({ readonly kind: 'date' } & Common)
  | ({ readonly kind: 'json'; readonly schema?: JsonSchema; readonly maxBytes: number } & Common)
  | ({ readonly kind: 'enum'; readonly values: readonly string[] } & Common)
  | ({
      readonly kind: 'ref'
      readonly target: string
      readonly onDelete: 'restrict' | 'cascade' | 'setNull'
      /** What ids of the target look like; set when the app's manifest is made. */
      readonly targetId?: FieldDeclaration
    } & Common)
  | ({ readonly kind: 'bytes'; readonly maxBytes: number } & Common)

/** UUIDs of any version; or numbers of up to 64 bits, as text, which only adopted tables have as keys. */
export type IdForm = 'uuid' | 'integer'

declare const valueType: unique symbol
declare const optionsType: unique symbol

/** A declared field. `Value` is what handlers and clients see; `Options` are the literal options that types depend on. */
export interface Field<Value = unknown, Options = unknown, Target extends string = string> {
  readonly declaration: FieldDeclaration
  readonly [valueType]?: Value
  readonly [optionsType]?: Options
  readonly target?: Target
}

declare const unordered: unique symbol

/** Values that have no order: no access path goes by them, and no access rule looks at them. */
export interface Unordered {
  readonly [unordered]: true
}

export interface JsonField<Value, Options> extends Field<Value, Options, never>, Unordered {
  /** The same field, whose values are of this type for handlers and clients: `t.json({ optional: true }).as<Point>()`. */
  as<Type>(): JsonField<Type, Options>
}

export type Fields = Readonly<Record<string, Field>>

export interface FieldOptions<Value> {
  /** May be null or left out. */
  readonly optional?: boolean
  /** The value of a field that is left out; a null that is given stays one. */
  readonly default?: Value
  /** No two rows have the same value; nulls do not count. */
  readonly unique?: boolean
  /** Seen by handlers only: it leaves in no answer, and is taken from no client. */
  readonly private?: boolean
  /** Set when the row is made, and never changed after. */
  readonly writeOnce?: boolean
  /** For the people who read the API's document. */
  readonly description?: string
  /** The name that this field of a resource had before: its values are kept, and older versions go on with that name. */
  readonly renamedFrom?: string
}

export interface TextOptions extends FieldOptions<string> {
  /** Exactly this many characters. */
  readonly length?: number
  /** In characters (code points). */
  readonly minLength?: number
  /** In characters (code points). Without it 10,000. */
  readonly maxLength?: number
  /** A regular expression (ECMA-262, `u` flag) that the whole text must match. */
  readonly pattern?: string
}

export interface RangeOptions<Value> extends FieldOptions<Value> {
  /** The least value that is taken. */
  readonly minimum?: Value
  /** The greatest value that is taken. */
  readonly maximum?: Value
}

export interface JsonOptions extends FieldOptions<Json> {
  /** A JSON Schema (2020-12) that the value must meet. */
  readonly schema?: JsonSchema
  /** Of the value as UTF-8. Without it 65,536. */
  readonly maxBytes?: number
}

export interface BytesOptions extends FieldOptions<string> {
  /** Before encoding. Without it 65,536. */
  readonly maxBytes?: number
}

export interface IdOptions extends FieldOptions<string> {
  /** `uuid`: UUIDs of any version. `integer`: numbers of up to 64 bits, as text, the keys of an adopted table. */
  readonly form?: IdForm
}

export interface TimestampOptions extends FieldOptions<string> {
  /** Six digits behind the second instead of three: `"2030-01-01T08:00:00.000000Z"`. */
  readonly microseconds?: boolean
}

export interface RefOptions extends FieldOptions<string> {
  /** What happens to this row when the row that it refers to is deleted. Without it the deletion is refused. */
  readonly onDelete?: 'restrict' | 'cascade' | 'setNull'
}

/** The field types. Values are the same on every engine: see "Values" in the reference. */
export const t = {
  /** A UUIDv7 string. As a resource's field named `id`: given by the client instead of generated. */
  id: <const O extends IdOptions = {}>(options?: O): Field<string, O, never> =>
    field('id', options, options?.form === undefined ? {} : { form: options.form }),

  /** Unicode text, compared by code point. */
  text: <const O extends TextOptions = {}>(options?: O): Field<string, O, never> => {
    const { length, minLength = length, maxLength = length ?? 10_000, pattern } = options ?? ({} as TextOptions)
    return field('text', options, {
      ...(minLength === undefined ? {} : { minLength }),
      maxLength,
      ...(pattern === undefined ? {} : { pattern }),
    })
  },

  /** A whole number of up to 53 bits. */
  integer: <const O extends RangeOptions<number> = {}>(options?: O): Field<number, O, never> =>
    field('integer', options, rangeOf(options)),

  /** A whole number of up to 64 bits, as a string of decimal digits. */
  bigint: <const O extends RangeOptions<string> = {}>(options?: O): Field<string, O, never> =>
    field('bigint', options, rangeOf(options)),

  /** An exact decimal of `precision` digits (at most 18), of which always `scale` stand after the point: `"199.90"`. */
  decimal: <const O extends RangeOptions<string> = {}>(
    precision: number,
    scale: number,
    options?: O,
  ): Field<string, O, never> => field('decimal', options, { precision, scale, ...rangeOf(options) }),

  /** `true` or `false`. */
  boolean: <const O extends FieldOptions<boolean> = {}>(options?: O): Field<boolean, O, never> =>
    field('boolean', options),

  /** RFC 3339 in UTC with milliseconds: `"2030-01-01T08:00:00.000Z"`. */
  timestamp: <const O extends TimestampOptions = {}>(options?: O): Field<string, O, never> =>
    field('timestamp', options, options?.microseconds === true ? { microseconds: true } : {}),

  /** `"2030-01-01"`. */
  date: <const O extends FieldOptions<string> = {}>(options?: O): Field<string, O, never> => field('date', options),

  /**
   * Any JSON, or what `schema` (JSON Schema 2020-12) allows, of at most `maxBytes` (65,536) bytes. Its values are of the type
   * `Json`; `.as<Type>()` gives them one of their own.
   */
  json: <const O extends JsonOptions = {}>(options?: O): JsonField<Json, O> =>
    // What makes it unordered is in the type alone.
    ({
      ...field('json', options, {
        maxBytes: options?.maxBytes ?? 65_536,
        ...(options?.schema === undefined ? {} : { schema: options.schema }),
      }),
      as: itself,
    }) as unknown as JsonField<Json, O>,

  /** One of the values named: `t.enum('held', 'confirmed')`, or with options `t.enum(['held', 'confirmed'], { default: 'held' })`. */
  enum: enumField,

  /** The id of a row of the resource named. */
  ref: <const Target extends string, const O extends RefOptions = {}>(
    target: Target,
    options?: O,
  ): Field<string, O, Target> => field('ref', options, { target, onDelete: options?.onDelete ?? 'restrict' }),

  /** Bytes as base64url, at most `maxBytes` (65,536) of them before encoding. */
  bytes: <const O extends BytesOptions = {}>(options?: O): Field<string, O, never> & Unordered =>
    field('bytes', options, { maxBytes: options?.maxBytes ?? 65_536 }) as Field<string, O, never> & Unordered,
} as const

/** One function for all fields, so that two that are declared alike are deeply equal. */
function itself<Self>(this: Self): Self {
  return this
}

function enumField<const Values extends readonly [string, ...string[]]>(
  ...values: Values
): Field<Values[number], {}, never>
function enumField<const Values extends readonly [string, ...string[]], const O extends FieldOptions<Values[number]>>(
  values: Values,
  options?: O,
): Field<Values[number], O, never>
function enumField(first: string | readonly string[], ...rest: readonly unknown[]): Field<string, {}, never> {
  if (typeof first === 'string') return field('enum', undefined, { values: [first, ...(rest as string[])] })
  return field('enum', rest[0] as FieldOptions<string> | undefined, { values: first })
}

function field<Value, O, Target extends string>(
  kind: FieldKind,
  options: FieldOptions<Value> | undefined,
  more: object = {},
): Field<Value, O, Target> {
  const {
    optional = false,
    unique = false,
    private: hidden = false,
    writeOnce = false,
    default: value,
    description,
    renamedFrom,
  } = options ?? {}
  const declaration = {
    kind,
    optional,
    unique,
    private: hidden,
    writeOnce,
    ...(value === undefined ? {} : { default: value }),
    ...(description === undefined ? {} : { description }),
    ...(renamedFrom === undefined ? {} : { renamedFrom }),
    ...more,
  }
  return { declaration: Object.freeze(declaration) as FieldDeclaration }
}

function rangeOf(options: { readonly minimum?: unknown; readonly maximum?: unknown } | undefined): object {
  const { minimum, maximum } = options ?? {}
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) }
}

/** What a field holds: its value, or null where it is optional. */
export type ValueOf<F> =
  F extends Field<infer Value, infer Options, any> // `any`: the target does not matter here
    ? Options extends { readonly optional: true }
      ? Value | null
      : Value
    : never

type OptionsOf<F> = F extends Field<any, infer Options, any> ? Options : never // `any`: only the options are looked at

/** The names of the fields whose options are like this. */
export type FieldsWith<F extends Fields, Options> = {
  [Name in keyof F]: OptionsOf<F[Name]> extends Options ? Name : never
}[keyof F]

/** The names of the fields whose values have no order. */
export type UnorderedOf<F extends Fields> = { [Name in keyof F]: F[Name] extends Unordered ? Name : never }[keyof F]

/** What must or may be given for these fields: optional ones and those with a default may be left out. */
export type GivenFor<F extends Fields> = Simplify<
  { [Name in Exclude<keyof F, MayBeLeftOut<F>>]: ValueOf<F[Name]> } & { [Name in MayBeLeftOut<F>]?: ValueOf<F[Name]> }
>

type MayBeLeftOut<F extends Fields> = FieldsWith<F, { readonly optional: true }> | FieldsWithDefault<F>
type FieldsWithDefault<F extends Fields> = {
  [Name in keyof F]: OptionsOf<F[Name]> extends { readonly default: unknown } ? Name : never
}[keyof F]

/** The values of these fields as they are read. */
export type ValuesOf<F extends Fields> = { [Name in keyof F]: ValueOf<F[Name]> }

/** Shows a type as one flat object in messages and editors. */
export type Simplify<T> = { [Key in keyof T]: T[Key] } & {}
