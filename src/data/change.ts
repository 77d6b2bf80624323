import type { Row, Value } from '../app/row.ts'
import { storedValue } from '../app/row.ts'
import type { Validator } from '../app/validator.ts'
import type { Clock } from '../core/clock.ts'
import { coreErrors } from '../core/errors.ts'
import { generateId } from '../core/id.ts'
import type { Random } from '../core/random.ts'
import type { ResourceModel } from './model.ts'

/** The whole new row of what was given, and the slot it belongs to. `version` is 1 unless a deleted row had the same id. */
export function newRow(
  model: ResourceModel,
  given: Readonly<Record<string, unknown>>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  version = 1,
  id?: string,
): { readonly id: string; readonly slot: number; readonly row: Row } {
  const now = clock.now()
  const row: Value[] = model.manifest.columns.map(({ name, field }) => {
    const value = given[name]
    // A null that was given is one: the default stands in for what was left out.
    return storedValue(field, value === undefined ? field.default : value)
  })
  row[model.createdAtAt] = now
  row[model.updatedAtAt] = now
  row[model.versionAt] = version
  const slot = model.slotOfNew(row)
  if (model.manifest.ids === 'generated') row[0] = id ?? generateId(clock.epochMs(), random, slot)
  return { id: row[0] as string, slot: slot ?? model.slotOf(row[0] as string), row }
}

/** Given values of some fields in their stored form. */
export function storedFields(model: ResourceModel, given: Readonly<Record<string, unknown>>): Record<string, Value> {
  const stored: Record<string, Value> = {}
  for (const name in given) {
    if (given[name] !== undefined)
      stored[name] = storedValue(model.manifest.columns[model.indexOf(name)]!.field, given[name])
  }
  return stored
}

/** 422 with everything that is wrong. */
export function validate(model: ResourceModel, validator: Validator, given: Readonly<Record<string, unknown>>): void {
  const issues = validator(given)
  if (issues.length > 0) {
    throw coreErrors.INVALID(
      `${model.name}: ${issues.map(({ pointer, detail }) => `${pointer ?? ''} ${detail}`.trim()).join('; ')}`,
      { issues },
    )
  }
}
