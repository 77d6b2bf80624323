import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  registerDecorator,
} from 'class-validator'
import { formats } from '../shared/formats.js'
import * as schemas from '../shared/schemas.js'
import { decorateField } from './decorate.js'

/** The schemas of the other servers as classes that class-validator validates, which is how Nest does it. */
export class IdParams {}
export class FlightList {}
export class NewOrder {}
export class OrderChange {}
export class NewBooking {}

const declare = (target, { properties, required }) => {
  for (const [name, property] of Object.entries(properties)) {
    const isOptional = !required.includes(name)
    decorateField(target, name, ...rulesOf(property), ...(isOptional ? [IsOptional()] : []))
  }
}

const rulesOf = ({ type, format, pattern, minLength, maxLength, minimum, maximum, enum: values }) => {
  if (values !== undefined) return [IsIn(values)]
  if (type === 'integer') return [IsInt(), Min(minimum), Max(maximum)]
  if (type === 'boolean') return [IsBoolean()]
  const rules = [IsString()]
  if (minLength !== undefined) rules.push(MinLength(minLength))
  if (maxLength !== undefined) rules.push(MaxLength(maxLength))
  if (pattern !== undefined) rules.push(Matches(new RegExp(pattern)))
  if (typeof formats[format] === 'function') rules.push(IsOfFormat(format))
  return rules
}

const IsOfFormat = (format) => (target, propertyName) =>
  registerDecorator({
    name: format,
    target: target.constructor,
    propertyName,
    validator: { validate: (value) => typeof value === 'string' && formats[format](value) },
  })

declare(IdParams, schemas.idParams)
declare(FlightList, schemas.flightListWithInclude)
declare(NewOrder, schemas.newOrder)
declare(OrderChange, schemas.orderChange)
declare(NewBooking, schemas.newBooking)
