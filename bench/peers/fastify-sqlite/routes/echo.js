import { principalOf } from '../../shared/identity.js'
import { Problem } from '../../shared/problems.js'
import { newOrder, orderFields } from '../../shared/schemas.js'
import { decimalOf, scaledOf, timestampOf } from '../values.js'

/** `POST /v1/echo`: a body validated on its way in and written by schema on its way out; no storage. */
export const echo = (server) => {
  server.post('/v1/echo', { schema: { body: newOrder, response: { 200: orderFields } } }, (request, reply) => {
    if (principalOf(request) === undefined) {
      throw new Problem(401, 'UNAUTHENTICATED', 'Sign in first', '', 'no principal')
    }
    const { body } = request
    reply
      .header('cache-control', 'no-store')
      .send({ ...body, price: decimalOf(scaledOf(body.price)), dueAt: timestampOf(body.dueAt) })
  })
}
