import { storeOver } from './store.js'
import { parsers, types } from './values.js'

/** The settings of `postgres`: it sends statements without waiting for the answers to others, so that few connections are enough. */
export const clientOptions = {
  max: 4,
  types: Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      { to: type, from: [type], parse: parsers[type], serialize: String },
    ]),
  ),
}

/** It prepares what its template tag is called with; the same strings are the same statement. */
export const storeWithPostgres = (sql) => {
  const templates = new Map()
  const send = (statement, values) => {
    let template = templates.get(statement)
    if (template === undefined) {
      template = templateOf(statement.text)
      templates.set(statement, template)
    }
    return sql(template.strings, ...template.order.map((at) => values[at]))
  }
  return storeOver({ query: send, count: async (statement, values) => (await send(statement, values)).count })
}

/** `where id = $2` as what a tag gets from `where id = ${id}`, and which of the values stand where. */
const templateOf = (text) => {
  const strings = text.split(/\$\d+/)
  strings.raw = strings
  return { strings, order: [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number) - 1) }
}
