import { BanyanError, type Issue } from '../../core/errors.ts'
import { apiErrors } from '../errors.ts'
import { frameworkError } from '../rest/error-response.ts'

/** What a mounted application throws, as a problem: a refusal where it says one, with its status; else as it was. */
export function mountedError(error: unknown): unknown {
  if (error instanceof BanyanError || typeof error !== 'object' || error === null) return error
  const known = frameworkError(error)
  if (known !== undefined) return known
  const { statusCode, message, validation, validationContext } = error as Thrown
  if (statusCode === undefined || statusCode < 400 || statusCode > 499) return error
  const issues = validation?.map((each) => issueOf(each, validationContext))
  const { code, ...row } = apiErrors.MOUNT_REFUSED('')
  return new BanyanError(code, { ...row, status: statusCode }, message ?? '', {
    cause: error,
    ...(issues === undefined ? {} : { issues }),
  })
}

/** As Fastify and what is written for it throw. */
interface Thrown {
  readonly statusCode?: number
  readonly message?: string
  readonly validation?: readonly { readonly instancePath: string; readonly message?: string }[]
  readonly validationContext?: string
}

function issueOf(
  { instancePath, message = 'is not valid' }: NonNullable<Thrown['validation']>[number],
  context?: string,
): Issue {
  return context === 'body'
    ? { pointer: instancePath, detail: message }
    : { parameter: instancePath.slice(1), detail: message }
}
