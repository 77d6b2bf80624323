/** `2030-01-01 08:00:00.5+00`, as the server writes it in UTC, in the one form that answers have. */
export const timestampOf = (stored) => {
  const millis = stored.length === 22 ? '000' : stored.slice(20, -3).padEnd(3, '0')
  return `${stored.slice(0, 10)}T${stored.slice(11, 19)}.${millis}Z`
}

/** A timestamp that a client gave in that form. */
export const timestampGiven = (text) => (text.length === 24 && text.endsWith('Z') ? text : new Date(text).toISOString())

/** A price with both of its digits: `"199.9"` is `"199.90"`. */
export const priceGiven = (text) => {
  const point = text.indexOf('.')
  const full = point === -1 ? `${text}.00` : text.length - point === 3 ? text : `${text}0`
  return full === '-0.00' ? '0.00' : full
}

/** The numbers of the types whose values are read in another way than the packages do by themselves. */
export const types = { bigint: 20, numeric: 1700, date: 1082, timestamp: 1184 }

/** Texts as the server wrote them become the values of answers. Whole numbers have at most 53 bits in this app. */
export const parsers = {
  [types.bigint]: Number,
  [types.numeric]: String,
  [types.date]: String,
  [types.timestamp]: timestampOf,
}
