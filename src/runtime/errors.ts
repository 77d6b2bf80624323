import { errorTable } from '../core/errors.ts'

export const runtimeErrors = errorTable({
  PORT_BUSY: {
    kind: 'unavailable',
    status: 503,
    title: 'Port is busy',
    hint: 'Stop the other process, or choose another port: PORT=4100 npm start',
  },
  SEED_INVALID: {
    kind: 'bug',
    status: 500,
    title: 'Seed is not valid',
    hint: 'Mend the row that the message names; the import goes on behind the rows that are in already.',
  },
})
