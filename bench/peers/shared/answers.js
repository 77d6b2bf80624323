import { readHeaders, writeHeaders } from './headers.js'
import { principalOf } from './identity.js'
import { missing, Problem } from './problems.js'

/**
 * What each route answers, whichever server sends it: status, headers and a body whose members are in order. Input has been
 * validated. Refusals are thrown as problems.
 */
export const answersOver = (store, cursorOf) => ({
  airport: async (id) => readAnswer(store, 'airports', id, await store.airport(id)),
  flight: async (id) => readAnswer(store, 'flights', id, await store.flight(id)),

  flights: async (url, { origin, include }) => {
    const rows =
      include === undefined ? await store.flightsFrom(origin) : await store.flightsFromWithDestination(origin)
    let next = null
    if (rows.length > 20) {
      rows.length = 20
      const { destination, departsAt, id } = rows[19]
      next = cursorOf(
        [destination, departsAt, id],
        `["flights",["origin","destination","departsAt","id"],["${origin}"],[null,null,null,null,null],false]`,
      )
    }
    const link = next === null ? {} : { link: `<${url}&after=${next}>; rel="next"` }
    return { status: 200, headers: readHeaders(store, link), body: { data: rows, page: { next } } }
  },

  createOrder: async (authorization, given) => {
    signedIn(authorization)
    const row = await store.insertOrder(given)
    return {
      status: 201,
      headers: writeHeaders(store, { etag: '"v1"', location: `/v1/orders/${row.id}` }),
      body: row,
    }
  },

  changeOrder: async (authorization, ifMatch, id, given) => {
    signedIn(authorization)
    const version = versionOf(ifMatch)
    const row = await store.updateOrder(id, version, given)
    if (row === undefined) {
      const found = await store.order(id)
      throw found === undefined ? missing(`orders/${id}`) : stale(id, found.version, version)
    }
    return { status: 200, headers: writeHeaders(store, { etag: `"v${row.version}"` }), body: row }
  },

  book: async (authorization, given) => {
    const { id: passenger } = signedIn(authorization)
    const row = await store.book(passenger, given)
    if (row === undefined) {
      if ((await store.flight(given.flight)) === undefined) throw missing(`flights/${given.flight}`)
      throw new Problem(409, 'SEATS_GONE', 'Guard failed', '', `flights/${given.flight} has too few seats left`)
    }
    return {
      status: 201,
      headers: writeHeaders(store, { etag: '"v1"', location: `/v1/bookings/${row.id}` }),
      body: row,
    }
  },
})

const readAnswer = (store, resource, id, row) => {
  if (row === undefined) throw missing(`${resource}/${id}`)
  return { status: 200, headers: readHeaders(store, { etag: `"v${row.version}"` }), body: row }
}

const signedIn = (authorization) => {
  const principal = principalOf({ headers: { authorization } })
  if (principal === undefined) throw new Problem(401, 'UNAUTHENTICATED', 'Sign in first', '', 'no principal')
  return principal
}

const versionOf = (ifMatch) => {
  if (ifMatch === undefined) return undefined
  const match = /^"v(\d+)"$/.exec(ifMatch)
  if (match === null) throw new Problem(400, 'IF_MATCH', 'If-Match not understood', '', 'If-Match takes one "v7"')
  return Number(match[1])
}

const stale = (id, version, expected) =>
  new Problem(412, 'STALE', 'Version conflict', '', `orders/${id} is at version ${version}, not ${expected}`)
