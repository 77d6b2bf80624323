import { errorTable } from '../core/errors.ts'

export const apiErrors = errorTable({
  MALFORMED_BODY: {
    kind: 'invalid',
    status: 400,
    title: 'Body is not JSON',
    hint: 'Send one JSON object, UTF-8, at most 32 levels deep.',
  },
  MALFORMED_REQUEST: {
    kind: 'invalid',
    status: 400,
    title: 'Request cannot be understood',
    hint: 'Check the request line, the headers and the encoding.',
  },
  PARAMETER_UNKNOWN: {
    kind: 'invalid',
    status: 400,
    title: 'Unknown parameter',
    hint: 'Remove what `errors` names; /openapi.json lists the parameters of every route.',
  },
  PARAMETER_INVALID: {
    kind: 'invalid',
    status: 400,
    title: 'Parameter not valid',
    hint: 'Change what `errors` names.',
  },
  HEADER_INVALID: {
    kind: 'invalid',
    status: 400,
    title: 'Header not valid',
    hint: 'Change the header that the detail names.',
  },
  ROUTE_MISSING: {
    kind: 'missing',
    status: 404,
    title: 'No such route',
    hint: '/openapi.json lists every route, and /docs shows them.',
  },
  VERSION_GONE: {
    kind: 'missing',
    status: 410,
    title: 'Version is gone',
    hint: 'Use the version that the detail names: /openapi.json describes it, and /docs shows it.',
  },
  METHOD_NOT_ALLOWED: {
    kind: 'invalid',
    status: 405,
    title: 'Method not allowed here',
    hint: 'Use one of the methods in the Allow header.',
  },
  NOT_ACCEPTABLE: {
    kind: 'invalid',
    status: 406,
    title: 'Answer would not be acceptable',
    hint: 'Accept application/json.',
  },
  BODY_TOO_LARGE: { kind: 'limit', status: 413, title: 'Body too large', hint: 'Send at most 1 MB.' },
  BODY_TOO_MANY_CHUNKS: {
    kind: 'limit',
    status: 413,
    title: 'Body in too many chunks',
    hint: 'Send it with Content-Length, or in chunks of a kilobyte or more.',
  },
  BODY_TOO_MANY_VALUES: {
    kind: 'limit',
    status: 413,
    title: 'Too many values in the body',
    hint: 'Send at most 10,000 members of objects and 40,000 values in all; more rows go into several requests.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    kind: 'invalid',
    status: 415,
    title: 'Media type not supported',
    hint: 'Send Content-Type: application/json (application/merge-patch+json for PATCH).',
  },
  HEADERS_TOO_LARGE: {
    kind: 'limit',
    status: 431,
    title: 'Headers too large',
    hint: 'Send at most 16 KB of request line and headers.',
  },
  MOUNT_REFUSED: {
    kind: 'invalid',
    status: 400,
    title: 'Refused by the application behind this path',
    hint: 'The detail is in the words of that application; its own documentation says more.',
  },
  DRAINING: { kind: 'unavailable', status: 503, title: 'Shutting down', hint: 'Another process will answer.' },
  PORT_BUSY: {
    kind: 'unavailable',
    status: 503,
    title: 'Port is busy',
    hint: 'Stop the other process, or choose another port: PORT=4100 npm start',
  },
})
