import { apiErrors } from '../../api/errors.ts'
import { rows as clientRows } from '../../client/error.ts'
import { coreErrors, type ErrorRow, table } from '../../core/errors.ts'
import { dataErrors } from '../../data/errors.ts'
import { identityErrors } from '../../identity/errors.ts'
import { serviceErrors } from '../../service/errors.ts'
import { quoted } from '../typescript/text-literal.ts'
import { docLines } from '../typescript/type-text.ts'

/** The codes that an error of the client may have, each with what it means. Operations refuse with codes of their own beside them. */
export function errorCodeType(): string {
  const server = [coreErrors, apiErrors, identityErrors, serviceErrors, dataErrors]
    .flatMap((errors) => Object.entries(errors[table] as Readonly<Record<string, ErrorRow>>))
    // Of other faults the caller is told their number only.
    .filter(([code, { kind }]) => kind !== 'bug' || code === 'BUG')
    .map(([code, { status, title }]) => [code, `${status}: ${title}.`] as const)
  const own = Object.entries(clientRows).map(([code, { title }]) => [code, `The client's own: ${title}.`] as const)
  const codes = [...server, ...own].toSorted(([left], [right]) => (left < right ? -1 : 1))
  return [
    ...docLines('The codes of the server and of the client, and those that operations choose themselves.', ''),
    'export type ErrorCode =',
    ...codes.flatMap(([code, doc]) => [...docLines(doc, '  '), `  | ${quoted(code)}`]),
    '  | (string & {})',
  ].join('\n')
}
