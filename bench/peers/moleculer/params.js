import { formats } from '../shared/formats.js'
import * as schemas from '../shared/schemas.js'

/** The schemas of the other servers in the words of fastest-validator, which is Moleculer's. */
export const paramsOf = (parts) => ({
  $$strict: false,
  ...Object.fromEntries(
    Object.entries(parts).map(([name, schema]) => [name, { type: 'object', strict: true, props: propsOf(schema) }]),
  ),
})

const propsOf = ({ properties, required }) =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      { ...ruleOf(property), optional: !required.includes(name) },
    ]),
  )

const ruleOf = ({ type, format, pattern, minLength, maxLength, minimum, maximum, enum: values }) => {
  if (values !== undefined) return { type: 'enum', values }
  if (type === 'integer') return { type: 'number', integer: true, min: minimum, max: maximum }
  if (type === 'boolean') return { type: 'boolean' }
  const rule = { type: 'string', empty: true, min: minLength, max: maxLength }
  if (pattern !== undefined) rule.pattern = new RegExp(pattern)
  const isOfFormat = formats[format]
  if (typeof isOfFormat === 'function') {
    rule.custom = (value, errors) => {
      if (value !== undefined && !isOfFormat(value)) errors.push({ type: 'format', expected: format, actual: value })
      return value
    }
  }
  return rule
}

export const { flightListWithInclude, idParams, newBooking, newOrder, orderChange } = schemas
