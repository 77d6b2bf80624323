import { type Row, storedValue, type Value } from '../app/row.ts'
import { changeSchema, newRowSchema, replacementSchema } from '../app/schema.ts'
import { compileSchema } from '../app/validator.ts'
import { coreErrors } from '../core/errors.ts'
import { storedFields, validate } from '../data/change.ts'
import type { ResourceModel } from '../data/model.ts'

type Given = Readonly<Record<string, unknown>>

/** What a client may give of a row, in the row's own words. Each throws INVALID with everything that is wrong. */
export interface RowValues {
  checkNew(given: Given): void
  checkReplacement(given: Given): void
  /** `given`: the values of these fields as they shall be. */
  change(given: Given): Readonly<Record<string, Value>>
  /** `given`: valid, and all that the row shall be but what is private. */
  replacement(given: Given, row: Row): Readonly<Record<string, Value>>
}

export function rowValues(model: ResourceModel): RowValues {
  const { manifest } = model
  const validateNew = compileSchema(newRowSchema(manifest))
  const validateChange = compileSchema(changeSchema(manifest))
  const validateReplacement = compileSchema(replacementSchema(manifest))
  return {
    checkNew: (given) => validate(model, validateNew, given),
    checkReplacement: (given) => validate(model, validateReplacement, given),

    change(given) {
      validate(model, validateChange, given)
      return storedFields(model, given)
    },

    replacement(given, row) {
      const set: Record<string, Value> = {}
      for (const { name, field } of manifest.columns) {
        if (name === 'id' || field.private || manifest.fields[name] === undefined) continue
        if (!field.writeOnce) {
          set[name] = storedValue(field, given[name] === undefined ? (field.default ?? null) : given[name])
        } else if (
          given[name] !== undefined &&
          storedFields(model, { [name]: given[name] })[name] !== row[model.indexOf(name)]
        ) {
          throw coreErrors.INVALID(`${model.name}: ${name} is write-once`, {
            issues: [{ pointer: `/${name}`, detail: 'is write-once and has another value' }],
          })
        }
      }
      return set
    },
  }
}
