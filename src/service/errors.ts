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
})
