import { idPattern } from '../core/id.ts'
import { compareDecimals } from './decimal.ts'
import type { FieldDeclaration } from './field.ts'
import { fieldSchema } from './schema.ts'
import { isDate, microsecondsOf, timestampOf } from './timestamp.ts'
import { compileSchema, type Validator } from './validator.ts'

/** What is wrong with a value, as the end of a sentence; undefined if nothing is. */
export type ValueCheck = (value: unknown) => string | undefined

/**
 * Tells what is wrong with values of a field. The validator takes longer to load than the rest of a start-up, and nearly every
 * value that is looked at one by one is plainly right: it is asked about the others only.
 */
export function valueCheck(field: FieldDeclaration): ValueCheck {
  const isPlainlyRight = plainly(field)
  let validate: Validator | undefined
  return (value) => {
    if (value === null ? field.optional : isPlainlyRight(value)) return undefined
    if (validate === undefined) {
      const { default: _, ...bare } = field
      validate = compileSchema(fieldSchema(bare as FieldDeclaration))
    }
    return validate(value)[0]?.detail
  }
}

/** True only of what the schema of the field allows; false of what it may allow. */
function plainly(field: FieldDeclaration): (value: unknown) => boolean {
  switch (field.kind) {
    case 'boolean':
      return (value) => typeof value === 'boolean'
    case 'enum':
      return (value) => field.values.includes(value as string)
    case 'integer': {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = field
      return (value) => Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum
    }
    case 'decimal': {
      const { precision, scale, minimum, maximum } = field
      return texts(
        (text) =>
          /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) &&
          wholeDigits(text) <= precision - scale &&
          text.length - (text.indexOf('.') + 1 || text.length) <= scale &&
          (minimum === undefined || compareDecimals(text, minimum) >= 0) &&
          (maximum === undefined || compareDecimals(text, maximum) <= 0),
      )
    }
    case 'text': {
      const { minLength = 0, maxLength, pattern } = field
      const matches = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u')
      return texts(
        (text) =>
          /^[ -~]*$/.test(text) &&
          text.length >= minLength &&
          text.length <= maxLength &&
          (matches === undefined || matches.test(text)),
      )
    }
    case 'timestamp':
      return texts((text) => (field.microseconds ? microsecondsOf : timestampOf)(text) === text)
    case 'date':
      return texts(isDate)
    case 'id':
      return texts((text) => field.form === undefined && id.test(text))
    case 'ref':
      return field.targetId === undefined ? () => false : plainly(field.targetId)
    case 'json':
      return (value) => field.schema === undefined && Buffer.byteLength(JSON.stringify(value)) <= field.maxBytes
    case 'bigint':
    case 'bytes':
      return () => false
  }
}

const id = new RegExp(idPattern)

function texts(isRight: (text: string) => boolean): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && isRight(value)
}

/** A zero before the point is no digit where none may stand there. */
function wholeDigits(text: string): number {
  const whole = text.replace('-', '').split('.')[0]!
  return whole === '0' ? 0 : whole.length
}
