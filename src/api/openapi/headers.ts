import type { Header, Parameter, Reference } from './document.ts'
import { reference } from './document.ts'

/** Headers that callers may send, as components. */
export const headerParameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes a repetition safe: the same key with the same body gets the same answer for 24 hours, and has one effect. With another body: 422. For signed-in callers.',
    schema: { type: 'string', pattern: '^[!-~]{1,128}$' },
    example: 'order-4711-attempt',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag of the row that the change was made from. If the row has changed since: 412.',
    schema: { type: 'string', pattern: '^"v[0-9]{1,15}"$' },
    example: '"v1"',
  },
  IfMatchRequired: {
    name: 'If-Match',
    in: 'header',
    required: true,
    description:
      'The ETag of the row that the change was made from. If the row has changed since: 412. Without it: 428.',
    schema: { type: 'string', pattern: '^"v[0-9]{1,15}"$' },
    example: '"v1"',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of an answer that the caller has. If nothing has changed since: 304.',
    schema: { type: 'string' },
    example: '"v1"',
  },
  Bookmark: {
    name: 'Banyan-Bookmark',
    in: 'header',
    description: 'What the caller has seen or written, from earlier answers: nothing older is shown.',
    schema: { type: 'string' },
  },
} as const satisfies Readonly<Record<string, Parameter>>

export function headerParameter(name: keyof typeof headerParameters): Reference {
  return reference('parameters', name)
}

/** Headers of answers, as components. */
export const answerHeaders = {
  ETag: {
    description:
      'The version of the row, for If-Match and If-None-Match; a hash of the answer where `fields` or `include` is used.',
    required: true,
    schema: { type: 'string', pattern: '^"[!#-~]+"$' },
    example: '"v1"',
  },
  Location: {
    description: 'The path of the row that was made.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
  },
  Link: {
    description: 'The next page (RFC 8288), with rel="next". Absent on the last page.',
    schema: { type: 'string' },
  },
  Bookmark: {
    description:
      'How far this answer has seen. Send it with later requests. With `lost, ` in front: something that the caller had seen is gone. Writes of signed-in callers also set it as a cookie.',
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'Whole seconds after which trying again makes sense.',
    schema: { type: 'integer', minimum: 0 },
    example: '1',
  },
  RetryAfterAlways: {
    description: 'Whole seconds after which trying again makes sense.',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    example: '1',
  },
  Allow: { description: 'The methods that this path takes.', schema: { type: 'string' }, example: 'GET, HEAD, POST' },
  Deprecation: {
    description: 'Since when the version is deprecated (RFC 9745): `@` and seconds since 1970.',
    required: true,
    schema: { type: 'string', pattern: '^@-?[0-9]+$' },
  },
  Sunset: {
    description: 'When the version may stop answering (RFC 8594).',
    required: true,
    schema: { type: 'string' },
  },
  Successor: {
    description:
      'Where the current version has the same (RFC 8288), with rel="successor-version"; of a list also the next page, with rel="next".',
    schema: { type: 'string' },
  },
  WWWAuthenticate: {
    description: 'How to sign in.',
    required: true,
    schema: { type: 'string' },
    example: 'Bearer',
  },
} as const satisfies Readonly<Record<string, Omit<Header, 'example'> & { readonly example?: string }>>

/** Headers of an answer, by the name on the wire. */
export function headersOf(...names: readonly (keyof typeof answerHeaders)[]): Readonly<Record<string, Reference>> {
  return Object.fromEntries(names.map((name) => [wireNames[name], reference('headers', name)]))
}

const wireNames: Readonly<Record<keyof typeof answerHeaders, string>> = {
  ETag: 'ETag',
  Location: 'Location',
  Link: 'Link',
  Bookmark: 'Banyan-Bookmark',
  RetryAfter: 'Retry-After',
  RetryAfterAlways: 'Retry-After',
  Allow: 'Allow',
  Deprecation: 'Deprecation',
  Sunset: 'Sunset',
  Successor: 'Link',
  WWWAuthenticate: 'WWW-Authenticate',
}
