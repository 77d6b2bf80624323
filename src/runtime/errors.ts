import { errorTable } from '../core/errors.ts'

export const runtimeErrors = errorTable({
  SEED_INVALID: {
    kind: 'bug',
    status: 500,
    title: 'Seed is not valid',
    hint: 'Mend the row that the message names; the import goes on behind the rows that are in already.',
  },
})
