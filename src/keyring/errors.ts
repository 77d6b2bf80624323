import { errorTable } from '../core/errors.ts'

export const keyringErrors = errorTable({
  KEYS_UNREADABLE: {
    kind: 'unavailable',
    status: 503,
    title: 'Keys cannot be opened',
    hint: 'Check the file and its permissions. With a new key file, cursors given out before are no longer valid.',
  },
})
