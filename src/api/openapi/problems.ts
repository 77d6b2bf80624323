import { refuse } from '../../app/refuse.ts'
import { type BanyanError, coreErrors } from '../../core/errors.ts'
import type { JsonSchema } from '../../core/json.ts'
import { identityErrors } from '../../identity/errors.ts'
import { serviceErrors } from '../../service/errors.ts'
import { problemOf } from '../../service/problem.ts'
import { apiErrors } from '../errors.ts'
import type { Reference, Response } from './document.ts'
import { reference } from './document.ts'
import { headersOf } from './headers.ts'

export type ProblemStatus = keyof typeof problems

/** The responses of a route that can be refused with these statuses. */
export function problemResponses(statuses: readonly ProblemStatus[]): Readonly<Record<string, Reference>> {
  return Object.fromEntries(
    [...new Set(statuses)].sort().map((status) => [status, reference('responses', problems[status].name)]),
  )
}

/** What any route below the version may be refused with. */
export const everywhere = [400, 401, 405, 406, 431, 503] as const satisfies readonly ProblemStatus[]

/** What a body adds to that. A DELETE may carry one too, which is read and ignored. */
export const withBody = [413, 415] as const satisfies readonly ProblemStatus[]

interface ProblemKind {
  readonly name: string
  readonly description: string
  readonly headers?: Response['headers']
  readonly example: BanyanError
}

const problems = {
  400: {
    name: 'Malformed',
    description: 'The request cannot be understood, or has a parameter that is not known or not valid here.',
    example: apiErrors.PARAMETER_UNKNOWN('colour is not a parameter of this route', {
      issues: [{ parameter: 'colour', detail: 'is not a parameter of this route' }],
    }),
  },
  401: {
    name: 'SignInNeeded',
    description: 'The caller has to sign in, or the credentials are not valid.',
    headers: headersOf('WWWAuthenticate'),
    example: identityErrors.SIGN_IN_NEEDED('this needs a signed-in caller'),
  },
  403: {
    name: 'NotAllowed',
    description: 'The caller is known, but may not do this.',
    example: identityErrors.FORBIDDEN('the role operator is needed'),
  },
  404: {
    name: 'Missing',
    description: 'There is no such thing, or the caller may not know of it.',
    example: refuse(404, { code: 'STORE_MISSING', detail: 'there is no such row' }),
  },
  405: {
    name: 'MethodNotAllowed',
    description: 'This path does not take this method; Allow names those that it takes.',
    headers: headersOf('Allow'),
    example: apiErrors.METHOD_NOT_ALLOWED('DELETE is not a method of this path'),
  },
  406: {
    name: 'NotAcceptable',
    description: 'The Accept header leaves out JSON.',
    example: apiErrors.NOT_ACCEPTABLE('the answer would be application/json'),
  },
  409: {
    name: 'Conflict',
    description:
      'The present state does not allow this: a value that must be unique is taken, the row is referred to, somebody else was faster, or an operation refuses. With Retry-After: the first request with this Idempotency-Key still runs.',
    headers: headersOf('RetryAfter'),
    example: refuse(409, { code: 'GUARD_FAILED', detail: 'the row does not allow this change now' }),
  },
  412: {
    name: 'VersionMovedOn',
    description: 'The row has changed since the version in If-Match.',
    example: serviceErrors.PRECONDITION_FAILED('the row is at version 9, the request expected 8'),
  },
  413: {
    name: 'BodyTooLarge',
    description:
      'The body is larger than 1 MB, has more than 10,000 members of objects or 40,000 values in all, or comes in more than 4,096 chunks.',
    example: apiErrors.BODY_TOO_LARGE('the body is larger than 1048576 bytes'),
  },
  415: {
    name: 'MediaTypeUnsupported',
    description: 'The body is not of a media type that this route takes.',
    example: apiErrors.MEDIA_TYPE_UNSUPPORTED('POST takes application/json'),
  },
  422: {
    name: 'ContentInvalid',
    description:
      'The content breaks a rule; `errors` says where. Or the Idempotency-Key came with another body before.',
    example: coreErrors.INVALID('/seats must be >= 1', { issues: [{ pointer: '/seats', detail: 'must be >= 1' }] }),
  },
  428: {
    name: 'IfMatchNeeded',
    description: 'A change of this resource needs If-Match.',
    example: serviceErrors.PRECONDITION_REQUIRED('changes need If-Match'),
  },
  431: {
    name: 'HeadersTooLarge',
    description: 'The request line and the headers are larger than 16 KB.',
    example: apiErrors.HEADERS_TOO_LARGE('Headers too large'),
  },
  502: {
    name: 'NotUnderstood',
    description: 'Another service, which this operation calls, answered what its own document does not allow.',
    example: serviceErrors.EXTERNAL_ANSWER('pricing.quote answered with text/html, not JSON'),
  },
  503: {
    name: 'Unavailable',
    description: 'Not now: the process is shutting down, storage is full or did not answer in time.',
    headers: headersOf('RetryAfterAlways'),
    example: apiErrors.DRAINING('this process receives no more traffic', { retryAfterSeconds: 1 }),
  },
} as const satisfies Readonly<Record<number, ProblemKind>>

const exampleRequestId = '0b7d2f6e-5c1a-4e7b-9f39-2a4c6d8e0f12'

/** Every problem as a response component. */
export function problemComponents(): Readonly<Record<string, Response>> {
  return Object.fromEntries(
    Object.values(problems as Readonly<Record<number, ProblemKind>>).map(({ name, description, headers, example }) => [
      name,
      {
        description,
        ...(headers === undefined ? {} : { headers }),
        content: {
          'application/problem+json': {
            schema: reference('schemas', 'Problem') as unknown as JsonSchema,
            examples: { problem: { value: exampleProblem(example) } },
          },
        },
      },
    ]),
  )
}

export function exampleProblem(error: BanyanError): ReturnType<typeof problemOf> {
  return problemOf(error, exampleRequestId)
}

/** A problem as RFC 9457 has it, with what Banyan adds. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'What went wrong (RFC 9457). Programs read `code`, people `detail` and `hint`.',
  properties: {
    type: { type: 'string', pattern: '^urn:banyan:problem:', description: 'The code as a URI.' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
    detail: { type: 'string', description: 'What happened this time.' },
    code: { type: 'string', description: 'Never changes its meaning.' },
    hint: { type: 'string', description: 'What can be done about it.' },
    errors: {
      type: 'array',
      items: reference('schemas', 'Issue'),
      description: 'Everything that is wrong, with its place.',
    },
    requestId: { type: 'string', description: 'Under which the log knows this request.' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'hint', 'requestId'],
  additionalProperties: false,
}

export const issueSchema: JsonSchema = {
  type: 'object',
  description: 'One thing that is wrong with a request.',
  properties: {
    pointer: { type: 'string', description: 'Where in the body (RFC 6901).' },
    parameter: { type: 'string', description: 'Or which parameter.' },
    detail: { type: 'string' },
  },
  required: ['detail'],
  additionalProperties: false,
}
