import { type BanyanError, coreErrors } from '../../core/errors.ts'
import type { FieldDeclaration } from '../field.ts'
import type { FieldRecord } from '../manifest.ts'
import { storedValue } from '../row.ts'
import { type ValueCheck, valueCheck } from '../value-check.ts'
import type { Conversion, ConversionDeclaration } from './difference.ts'
import { messageOf, refused, type VersionPlace } from './refused.ts'

type Values = Readonly<Record<string, unknown>>

/** One conversion that can be run: whatever the functions of the app do, what comes out is of the declared fields. */
export interface Converter {
  readonly fields: FieldRecord
  readonly from: readonly string[]
  /** All fields of the version, canonical: what is left out of the given is its default or null. */
  whole(given: Values): Values
  /** Throws BUG where the function fails, or gives what the version cannot show. */
  toOld(now: Values): Values
  /** Of values that are valid and whole. Throws INVALID where the function fails; what it gives is not yet validated. */
  fromOld(old: Values): Values
}

export function converter(
  place: VersionPlace,
  { fields, from }: ConversionDeclaration,
  { toOld, fromOld }: Conversion,
): Converter {
  const entries = Object.entries(fields)
  const checks = entries.map(([name, field]) => [name, shownCheck(field)] as const)
  const whole = (given: Values): Values =>
    Object.fromEntries(entries.map(([name, field]) => [name, canonical(field, given[name])]))
  const what = `${place.place} in ${place.version}: ${Object.keys(fields).join(', ')} from ${from.join(', ')}`
  return {
    fields,
    from,
    whole,

    toOld(now) {
      const made = run(toOld, pick(now, from), [], (cause) =>
        coreErrors.BUG(`${what}: toOld failed: ${(cause as Error)?.message}`, { cause }),
      )
      const issues = checks.flatMap(([name, check]) => {
        const detail = check(made[name])
        return detail === undefined ? [] : [{ pointer: `/${name}`, detail }]
      })
      if (issues.length === 0) return whole(made)
      const { version } = place
      throw coreErrors.BUG(messageOf(`${what}: toOld gave what it should not`, issues), { issues, version })
    },

    fromOld(old) {
      const detail = `cannot be understood as ${from.join(', ')}`
      const made = run(fromOld, old, from, (cause) =>
        refused(
          place,
          entries.map(([name]) => ({ pointer: `/${name}`, detail })),
          cause,
        ),
      )
      return pick(made, from)
    },
  }
}

/** What is left out is the default or null. */
function shownCheck(field: FieldDeclaration): ValueCheck {
  const check = valueCheck(field)
  const needed = field.optional || field.default !== undefined ? undefined : 'is required'
  return (value) => (value === undefined ? needed : check(value))
}

/** A value that is valid, in the one form in which functions see it; JSON as it is. */
export function canonical(field: FieldDeclaration, value: unknown): unknown {
  const given = (value === undefined ? field.default : value) ?? null
  return field.kind === 'json' ? given : storedValue(field, given)
}

/** Runs a function of the app on values of its own: it may change what it is given. `needed`: what it has to give. */
function run(
  convert: ((values: Values) => unknown) | undefined,
  values: Values,
  needed: readonly string[],
  failed: (cause: unknown) => BanyanError,
): Values {
  try {
    const made = convert?.({ ...values }) as Values | null | undefined
    if (typeof made !== 'object' || made === null || 'then' in made)
      throw new TypeError('it has to give an object, and at once')
    const missing = needed.find((name) => made[name] === undefined)
    if (missing !== undefined) throw new TypeError(`it gives no ${missing}`)
    return made
  } catch (cause) {
    throw failed(cause)
  }
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, values[name]]))
}
