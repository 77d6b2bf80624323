import type { Principal } from '../core/context.ts'
import { identityErrors } from './errors.ts'
import type { Identity } from './identity.ts'

/** Believes every caller: `Authorization: Bearer dev:<subject>[:<role>[,<role>]]`. Refused in production. */
export const developmentIdentity: Identity = {
  production: false,
  principalOf(authorization): Principal | undefined {
    if (authorization === undefined) return undefined
    const match = pattern.exec(authorization)
    if (match === null) throw identityErrors.CREDENTIALS_INVALID('the Authorization header is not a development token')
    return { id: match[1]!, roles: match[2] === undefined ? [] : match[2].split(',') }
  },
}

const pattern = /^bearer dev:([^\s:,]{1,128})(?::([\w-]{1,64}(?:,[\w-]{1,64}){0,31}))?$/iu

/** Knows nobody: for apps that anyone may use. Credentials are refused rather than ignored. */
export const noIdentity: Identity = {
  production: true,
  principalOf(authorization) {
    if (authorization !== undefined) throw identityErrors.CREDENTIALS_INVALID('this server has no identity driver')
    return undefined
  },
}
