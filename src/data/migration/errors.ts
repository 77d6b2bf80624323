import { errorTable } from '../../core/errors.ts'

/** Everything that can be in the way of bringing data to what an app declares. */
export const migrationErrors = errorTable({
  SCHEMA_DESTRUCTIVE: {
    kind: 'unavailable',
    status: 503,
    title: 'Schema change would destroy data',
    hint: 'Nothing was changed. Declare it as before, or see banyan migrate plan, and name what may go: banyan migrate apply --allow "…"',
  },
  SCHEMA_PENDING: {
    kind: 'unavailable',
    status: 503,
    title: 'Migration needed',
    hint: 'Nothing was changed. No start does it, because it takes long, older versions cannot go on after it, or this is production: banyan migrate apply',
  },
  SCHEMA_REFUSED: {
    kind: 'unavailable',
    status: 503,
    title: 'Data do not fit the app',
    hint: 'Nothing was changed. Mend what is named above; banyan migrate plan shows everything that would be done.',
  },
  SCHEMA_ADOPTED: {
    kind: 'unavailable',
    status: 503,
    title: 'Adopted table is another',
    hint: 'Nothing was changed. Declare the resource as the table is now: banyan adopt shows how.',
  },
  MIGRATION_REFUSED: {
    kind: 'invalid',
    status: 400,
    title: 'Migration refused',
    hint: 'Nothing was changed. Mend what is named above; what takes something away is done only by its name: --allow "…"',
  },
  MIGRATION_NAME: {
    kind: 'invalid',
    status: 400,
    title: 'No such step',
    hint: 'Nothing was changed. Copy the name from banyan migrate plan.',
  },
  BACKFILL_INVALID: {
    kind: 'invalid',
    status: 500,
    title: 'Backfill failed',
    hint: 'Mend the function. The field is made anew from the first row; until then the app goes on without it.',
  },
  SNAPSHOT_MISSING: {
    kind: 'missing',
    status: 404,
    title: 'No such snapshot',
    hint: 'banyan restore, without a name, lists those that there are.',
  },
  SNAPSHOT_UNUSABLE: {
    kind: 'unavailable',
    status: 503,
    title: 'Snapshot cannot be used',
    hint: 'The data were left as they are. Choose another snapshot: banyan restore lists them.',
  },
})
