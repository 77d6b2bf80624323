import { errorTable } from '../core/errors.ts'

/** What stops a topology before it can be compared with an app. What the comparison finds is in `check/codes.ts`. */
export const topologyErrors = errorTable({
  TOPOLOGY_UNKNOWN: {
    kind: 'invalid',
    status: 500,
    title: 'No such topology',
    hint: 'Name a preset, or a file: --topology topologies/mine.ts.',
  },
})
