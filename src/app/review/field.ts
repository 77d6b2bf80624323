import { compareDecimals } from '../decimal.ts'
import type { FieldDeclaration } from '../field.ts'
import type { FieldRecord } from '../manifest.ts'
import { compileSchema } from '../validator.ts'
import { valueCheck } from '../value-check.ts'
import { appFindings } from './codes.ts'
import type { Finding } from './finding.ts'

/** Fields by themselves: limits that can be met, and defaults that meet them. `resources`: the names that references may have. */
export function reviewFields(place: string, fields: FieldRecord, resources: ReadonlySet<string>): readonly Finding[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const at = `${place}/${name}`
    const findings = [...reviewKind(at, field), ...reviewReference(at, field, resources)]
    // A default is measured by limits, so these have to make sense first.
    return findings.length > 0 ? findings : reviewDefault(at, field)
  })
}

function reviewKind(place: string, field: FieldDeclaration): readonly Finding[] {
  switch (field.kind) {
    case 'text':
      return [...reviewLengths(place, field.minLength, field.maxLength), ...reviewPattern(place, field.pattern)]
    case 'integer':
      return reviewRange(place, field, Number.isSafeInteger, 'a whole number of up to 53 bits', (a, b) => a - b)
    case 'bigint':
      return reviewRange(place, field, isBigint, 'a whole number of up to 64 bits, as a string', compareDecimals)
    case 'decimal':
      return reviewDecimal(place, field)
    case 'enum':
      return reviewEnum(place, field.values)
    case 'json':
      return [
        ...reviewBytes(place, field.maxBytes),
        ...reviewSchema(place, field.schema),
        ...(field.unique
          ? [appFindings.FIELD_UNIQUE(place, 'equal JSON can be written in many ways, so it cannot be unique')]
          : []),
      ]
    case 'bytes':
      return reviewBytes(place, field.maxBytes)
    case 'id':
    case 'boolean':
    case 'timestamp':
    case 'date':
    case 'ref':
      return []
  }
}

function reviewLengths(place: string, minLength: number | undefined, maxLength: number): readonly Finding[] {
  const limits = minLength === undefined ? [maxLength] : [minLength, maxLength]
  if (!limits.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    return [appFindings.FIELD_LIMITS(place, 'a length is a whole number of zero or more')]
  }
  if (maxLength < 1) return [appFindings.FIELD_LIMITS(place, 'maxLength 0 leaves room for nothing')]
  if (maxLength > textLengthMax) {
    const reason = `maxLength ${maxLength} is more than a request can carry`
    return [appFindings.FIELD_LIMITS(place, reason, 'Declare 1,000,000 characters at most.')]
  }
  if (minLength !== undefined && minLength > maxLength) {
    return [appFindings.FIELD_LIMITS(place, `minLength ${minLength} is above maxLength ${maxLength}`)]
  }
  return []
}

const textLengthMax = 1_000_000

function reviewPattern(place: string, pattern: string | undefined): readonly Finding[] {
  if (pattern === undefined) return []
  try {
    new RegExp(`^(?:${pattern})$`, 'u')
    return []
  } catch (error) {
    return [appFindings.FIELD_PATTERN(place, (error as Error).message)]
  }
}

function reviewRange<Value>(
  place: string,
  { minimum, maximum }: { readonly minimum?: Value; readonly maximum?: Value },
  isValue: (value: unknown) => boolean,
  what: string,
  compare: (left: Value, right: Value) => number,
): readonly Finding[] {
  const wrong = Object.entries({ minimum, maximum }).filter(([, limit]) => limit !== undefined && !isValue(limit))
  if (wrong.length > 0) {
    return wrong.map(([word, limit]) =>
      appFindings.FIELD_LIMITS(place, `${word} ${JSON.stringify(limit)} is not ${what}`),
    )
  }
  if (minimum !== undefined && maximum !== undefined && compare(minimum, maximum) > 0) {
    return [appFindings.FIELD_LIMITS(place, `minimum ${minimum} is above maximum ${maximum}`)]
  }
  return []
}

function isBigint(value: unknown): boolean {
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return false
  return BigInt.asIntN(64, BigInt(value)) === BigInt(value)
}

function reviewDecimal(place: string, field: FieldDeclaration & { readonly kind: 'decimal' }): readonly Finding[] {
  const { precision, scale } = field
  if (!Number.isInteger(precision) || precision < 1 || precision > 18) {
    return [appFindings.FIELD_DECIMAL(place, `${precision} digits cannot be kept exactly on every engine`)]
  }
  if (!Number.isInteger(scale) || scale < 0 || scale > precision) {
    return [appFindings.FIELD_DECIMAL(place, `${scale} of ${precision} digits cannot stand after the point`)]
  }
  const isDecimal = (value: unknown) => {
    const [, whole = '', fraction = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? []
    const digits = whole.replace(/^0+/, '').length
    return typeof value === 'string' && whole !== '' && digits <= precision - scale && fraction.length <= scale
  }
  return reviewRange(place, field, isDecimal, `a decimal(${precision}, ${scale}), as a string`, compareDecimals)
}

function reviewEnum(place: string, values: readonly string[]): readonly Finding[] {
  if (values.length === 0) return [appFindings.FIELD_ENUM(place, 'an enum without values')]
  if (!values.every((value) => typeof value === 'string' && value !== '')) {
    return [appFindings.FIELD_ENUM(place, 'a value that is not a text, or an empty one')]
  }
  const repeated = values.find((value, at) => values.indexOf(value) !== at)
  return repeated === undefined ? [] : [appFindings.FIELD_ENUM(place, `${JSON.stringify(repeated)} is named twice`)]
}

function reviewBytes(place: string, maxBytes: number): readonly Finding[] {
  if (Number.isSafeInteger(maxBytes) && maxBytes >= 1 && maxBytes <= bytesMax) return []
  const reason = `maxBytes ${maxBytes} is not a size that a request can carry`
  return [appFindings.FIELD_LIMITS(place, reason, 'Declare 1 to 1,000,000 bytes.')]
}

const bytesMax = 1_000_000

function reviewSchema(place: string, schema: Readonly<Record<string, unknown>> | undefined): readonly Finding[] {
  if (schema === undefined) return []
  try {
    compileSchema(schema)(null)
    return []
  } catch (error) {
    return [appFindings.FIELD_SCHEMA(place, (error as Error).message)]
  }
}

function reviewReference(place: string, field: FieldDeclaration, resources: ReadonlySet<string>): readonly Finding[] {
  if (field.kind !== 'ref') return []
  if (!resources.has(field.target)) {
    return [appFindings.REFERENCE_UNKNOWN(place, `it refers to ${field.target}, which no service of this app owns`)]
  }
  if (field.onDelete === 'setNull' && (!field.optional || field.writeOnce)) {
    const reason = `it is ${field.optional ? 'write-once' : 'required'}, so it cannot be set to null`
    return [appFindings.REFERENCE_SET_NULL(place, reason)]
  }
  return []
}

function reviewDefault(place: string, field: FieldDeclaration): readonly Finding[] {
  if (field.default === undefined) return []
  const problem = valueCheck(field)(field.default)
  if (problem === undefined) return []
  return [appFindings.FIELD_DEFAULT(place, `the default ${JSON.stringify(field.default)} ${problem}`)]
}
