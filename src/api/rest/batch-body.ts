import { compileSchema } from '../../app/validator.ts'
import { coreErrors } from '../../core/errors.ts'
import type { JsonSchema } from '../../core/json.ts'
import type { BatchInput } from '../../service/batch.ts'

export const batchMax = 100

/** The body of `:batch`, as far as it is the same for all resources. */
export const batchSchema = {
  type: 'object',
  properties: {
    atomic: { type: 'boolean', default: false },
    operations: {
      type: 'array',
      minItems: 1,
      maxItems: batchMax,
      items: {
        type: 'object',
        properties: {
          op: { type: 'string', enum: ['create', 'update', 'delete'] },
          id: { type: 'string', maxLength: 1024 },
          version: { type: 'integer', minimum: 1 },
          value: { type: 'object' },
        },
        required: ['op'],
        additionalProperties: false,
        // Nothing is taken that would be ignored.
        allOf: [
          when('create', { required: ['value'], properties: { id: false, version: false } }),
          when('update', { required: ['id', 'value'] }),
          when('delete', { required: ['id'], properties: { value: false } }),
        ],
      },
    },
  },
  required: ['operations'],
  additionalProperties: false,
} as const

function when(op: string, then: JsonSchema): JsonSchema {
  return { if: { properties: { op: { const: op } } }, then }
}

const validate = compileSchema(batchSchema)

export function batchInput(body: unknown): BatchInput {
  const issues = validate(body ?? null)
  if (issues.length > 0)
    throw coreErrors.INVALID(`batch: ${issues.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}`, {
      issues,
    })
  const { atomic = false, operations } = body as Partial<BatchInput> & Pick<BatchInput, 'operations'>
  return { atomic, operations }
}
