const decimal = { type: 'string', format: 'decimal', pattern: '^-?(0|[1-9][0-9]{0,7})(\\.[0-9]{1,2})?$' }
const date = { type: 'string', format: 'date', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }
const timestamp = {
  type: 'string',
  format: 'date-time',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,3})?(Z|[+-][0-9]{2}:[0-9]{2})$',
}
const text = (maxLength) => ({ type: 'string', format: 'text', maxLength })
const integer = (minimum, maximum) => ({ type: 'integer', minimum, maximum })

export const id = {
  type: 'string',
  format: 'uuid',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
}

const orderProperties = {
  reference: text(40),
  customer: text(128),
  state: { type: 'string', enum: ['open', 'paid', 'shipped'] },
  quantity: integer(1, 1000),
  price: decimal,
  isExpress: { type: 'boolean' },
  shipOn: date,
  dueAt: timestamp,
}

const object = (properties, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

export const newOrder = object(orderProperties)
export const orderChange = object(orderProperties, [])
export const newBooking = object({ flight: id, seats: integer(1, 9) })
export const idParams = object({ id })
export const flightList = object({ origin: { ...text(3), minLength: 3 } })
export const flightListWithInclude = object(
  { origin: { ...text(3), minLength: 3 }, include: { type: 'string', enum: ['destination'] } },
  ['origin'],
)

// Answers are written by schema only: no formats or limits, which would be looked at again for every answer.
const words = (...names) => Object.fromEntries(names.map((name) => [name, { type: 'string' }]))
const number = { type: 'integer' }
const rowOf = (properties) => {
  const all = { id: { type: 'string' }, ...properties, ...words('createdAt', 'updatedAt'), version: number }
  return { type: 'object', properties: all, required: Object.keys(all) }
}

const orderAnswer = {
  ...words('reference', 'customer', 'state'),
  quantity: number,
  ...words('price'),
  isExpress: { type: 'boolean' },
  ...words('shipOn', 'dueAt'),
}
export const orderFields = { type: 'object', properties: orderAnswer, required: Object.keys(orderAnswer) }
export const orderRow = rowOf(orderAnswer)
export const airportRow = rowOf(words('name'))
const flightAnswer = {
  ...words('number', 'origin', 'destination', 'departsAt'),
  seatsLeft: number,
  ...words('price'),
}
export const flightRow = rowOf(flightAnswer)
/** What is included stands behind everything else. */
export const flightRowWithInclude = {
  type: 'object',
  properties: {
    ...flightRow.properties,
    included: { type: 'object', properties: { destination: { ...airportRow, nullable: true } } },
  },
  required: flightRow.required,
}
export const bookingRow = rowOf({ ...words('flight', 'passenger'), seats: number, ...words('state', 'expiresAt') })

export const page = (row) => ({
  type: 'object',
  properties: {
    data: { type: 'array', items: row },
    page: { type: 'object', properties: { next: { type: ['string', 'null'] } }, required: ['next'] },
  },
  required: ['data', 'page'],
})
