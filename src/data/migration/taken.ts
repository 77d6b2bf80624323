import type { BanyanError } from '../../core/errors.ts'
import { migrationErrors } from './errors.ts'
import type { Fill } from './step.ts'

/** What a backfill is refused with that gave a row what another one has. */
export function takenValue({ resource, targets }: Fill, id: string, cause: unknown): BanyanError {
  const fields = targets.flatMap(({ field, declaration }) => (declaration.unique ? [field] : []))
  return migrationErrors.BACKFILL_INVALID(
    `${resource}/${id}: the backfill of ${fields.join(' or ')} gave what another row has, and it is to be unique`,
    { cause },
  )
}
