import { errorTable } from '../core/errors.ts'

export const engineErrors = errorTable({
  ENGINE_MISSING: {
    kind: 'unavailable',
    status: 503,
    title: 'Engine not installed',
    hint: 'Install it as the message says, or give the topology the address of one that runs elsewhere.',
  },
  ENGINE_FAILED: {
    kind: 'unavailable',
    status: 503,
    title: 'Engine did not start',
    hint: 'The message ends with what the engine said. After banyan engines down, banyan engines up tries again.',
  },
})
