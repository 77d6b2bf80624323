import { errorTable } from '../core/errors.ts'

export const serviceErrors = errorTable({
  PRECONDITION_FAILED: {
    kind: 'conflict',
    status: 412,
    title: 'Version has moved on',
    hint: 'Read the row again, apply the change to it, and send the ETag just read in If-Match.',
  },
  PRECONDITION_REQUIRED: {
    kind: 'invalid',
    status: 428,
    title: 'If-Match needed',
    hint: 'This resource accepts a change only with If-Match and the ETag of the row that it was made from.',
  },
  IDEMPOTENCY_KEY_REFUSED: {
    kind: 'invalid',
    status: 400,
    title: 'Idempotency-Key not accepted here',
    hint: 'Keys of 1 to 128 printable characters are accepted from signed-in callers on generated writes and on operations declared idempotent.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    kind: 'invalid',
    status: 422,
    title: 'Idempotency-Key used for another request',
    hint: 'Take a new key for a new request; repeat a request with exactly the same body.',
  },
  IDEMPOTENCY_RUNNING: {
    kind: 'conflict',
    status: 409,
    title: 'Still running',
    hint: 'The first request with this key has not finished. Repeat it after Retry-After.',
  },
  ACTION_NOT_ALLOWED: {
    kind: 'invalid',
    status: 405,
    title: 'Action not available',
    hint: 'This resource has no route for this action; /openapi.json lists those that it has.',
  },
  BATCH_SLOTS: {
    kind: 'invalid',
    status: 422,
    title: 'Batch not atomic',
    hint: 'The rows of an atomic batch must share a slot: the same partition value. Send others in a batch with "atomic": false.',
  },
  EXTERNAL_UNAVAILABLE: {
    kind: 'unavailable',
    status: 503,
    title: 'Another service is not available',
    hint: 'Nothing was done. Try again after Retry-After.',
  },
  EXTERNAL_OPEN: {
    kind: 'unavailable',
    status: 503,
    title: 'Another service is left alone',
    hint: 'It has failed again and again, so nothing is sent to it for a while. Try again after Retry-After.',
  },
  EXTERNAL_UNKNOWN: {
    kind: 'unknown',
    status: 503,
    title: 'Outcome at another service unknown',
    hint: 'Nobody can say whether it was done there. Repeat it only with the same Idempotency-Key.',
  },
  EXTERNAL_FAILED: {
    kind: 'unknown',
    status: 503,
    title: 'Another service failed',
    hint: 'Nobody can say what it had done until then. The log has the details under this requestId.',
  },
  EXTERNAL_ANSWER: {
    kind: 'unknown',
    status: 502,
    title: 'Answer of another service not understood',
    hint: 'It is not what its OpenAPI document says. Is the address right, and the document that of its present version?',
  },
  EXTERNAL_REFUSED: {
    kind: 'invalid',
    status: 422,
    title: 'Refused by another service',
    hint: 'The detail is in the words of that service.',
  },
  EXTERNAL_MISUSED: {
    kind: 'bug',
    status: 500,
    title: 'Another service does not accept us',
    hint: 'Check the credentials of this service in the topology, and its OpenAPI document.',
  },
})
