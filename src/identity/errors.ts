import { errorTable } from '../core/errors.ts'

export const identityErrors = errorTable({
  SIGN_IN_NEEDED: {
    kind: 'unauthenticated',
    status: 401,
    title: 'Sign-in needed',
    hint: 'Send credentials: with development identity, Authorization: Bearer dev:<subject>[:<role>[,<role>]].',
  },
  CREDENTIALS_INVALID: {
    kind: 'unauthenticated',
    status: 401,
    title: 'Credentials not valid',
    hint: 'With development identity the form is: Authorization: Bearer dev:<subject>[:<role>[,<role>]].',
  },
  FORBIDDEN: {
    kind: 'forbidden',
    status: 403,
    title: 'Not allowed',
    hint: 'The caller is known, but may not do this.',
  },
})
