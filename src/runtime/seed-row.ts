import { newRowSchema } from '../app/schema.ts'
import { compileSchema } from '../app/validator.ts'
import { coreErrors } from '../core/errors.ts'
import { idPattern } from '../core/id.ts'
import { newRow, validate } from '../data/change.ts'
import type { ResourceModel } from '../data/model.ts'
import { checkRow } from '../data/rules.ts'
import type { Write } from '../data/store/store.ts'
import type { Runtime } from './boot.ts'
import { runtimeErrors } from './errors.ts'

type Insert = Extract<Write, { kind: 'insert' }>

/** Makes the insert of a row that a seed gives, once it has passed all that a row of a handler passes. Throws SEED_INVALID. */
export function seedRowWriter(model: ResourceModel, runtime: Runtime): (given: unknown, at: number) => Insert {
  const validator = compileSchema(seedRowSchema(model))
  const isGenerated = model.manifest.ids === 'generated'
  return (given, at) => {
    try {
      const fields = given as Readonly<Record<string, unknown>>
      validate(model, validator, fields)
      const ownId = isGenerated ? (fields.id as string | undefined) : undefined
      const made = newRow(model, fields, runtime, 1, ownId)
      if (ownId !== undefined) refuseUnlessGenerated(model, ownId, made.slot)
      checkRow(model, made.row, null)
      return { kind: 'insert', resource: model.name, ...made }
    } catch (error) {
      throw runtimeErrors.SEED_INVALID(`row ${at} of ${model.name}: ${(error as Error).message}`, { cause: error })
    }
  }
}

/** As a handler gives rows, but that an id may be among the fields where ids are generated. */
function seedRowSchema({ manifest }: ResourceModel) {
  const schema = newRowSchema(manifest, { private: true })
  return { ...schema, properties: { id: {}, ...(schema.properties as object) } }
}

const generatedId = new RegExp(idPattern)

/** An id that is given where ids are generated must be one that could have been generated for this row. */
function refuseUnlessGenerated({ manifest, slotOf }: ResourceModel, id: string, slot: number): void {
  if (!generatedId.test(id))
    throw coreErrors.INVALID(`/id ${JSON.stringify(id)} is not a UUIDv7; without one it gets one`)
  if (slotOf(id) === slot) return
  throw coreErrors.INVALID(
    `/id is of slot ${slotOf(id)} and its ${manifest.partitionBy} of slot ${slot}; without one it gets one that fits`,
  )
}
