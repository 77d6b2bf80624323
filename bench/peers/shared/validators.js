import { formats } from './formats.js'
import { contentRefused } from './problems.js'
import { flightListWithInclude, idParams, newBooking, newOrder, orderChange } from './schemas.js'

/** For servers that validate by themselves: each gives back what it was given, or throws a problem. */
export const validatorsBy = (Ajv) => {
  const ajv = new Ajv({ coerceTypes: false, removeAdditional: false, useDefaults: true, formats, strict: false })
  const validatorOf = (schema) => {
    const isValid = ajv.compile(schema)
    return (value) => {
      if (!isValid(value)) throw contentRefused(ajv.errorsText(isValid.errors))
      return value
    }
  }
  return {
    newOrder: validatorOf(newOrder),
    orderChange: validatorOf(orderChange),
    newBooking: validatorOf(newBooking),
    idParams: validatorOf(idParams),
    flightList: validatorOf(flightListWithInclude),
  }
}
