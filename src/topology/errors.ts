import { errorTable } from '../core/errors.ts'

/** What stops an app under a topology. What the comparison of the two finds is in `check/codes.ts`. */
export const topologyErrors = errorTable({
  TOPOLOGY_UNKNOWN: {
    kind: 'invalid',
    status: 500,
    title: 'No such topology',
    hint: 'Name a preset, or a file: --topology topologies/mine.ts.',
  },
  CHECK_REFUSED: {
    kind: 'invalid',
    status: 400,
    title: 'Check refused',
    hint: 'Mend what is named above, or choose another topology; banyan check prints the whole sheet.',
  },
})
