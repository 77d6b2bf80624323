import { ruleFor } from '../../app/access.ts'
import type { FieldDeclaration } from '../../app/field.ts'
import type { AppManifest, ResourceManifest } from '../../app/manifest.ts'
import { changeSchema, newRowSchema, replacementSchema, rowSchema } from '../../app/schema.ts'
import type { TotalKind } from '../../app/total.ts'
import type { JsonSchema } from '../../core/json.ts'
import { batchMax } from '../rest/batch-body.ts'
import { type Reference, reference } from './document.ts'
import { issueSchema, problemSchema } from './problems.ts'

/** The shapes of a resource, each a component: `flights.Row`. */
export type ResourceShape = 'Row' | 'Selection' | 'Page' | 'NewRow' | 'Replacement' | 'Change' | 'Batch' | 'Outcomes'

export function shape(resource: ResourceManifest, name: ResourceShape): Reference {
  return reference('schemas', `${resource.name}.${name}`)
}

/** Every schema that a document may refer to. What nothing refers to is dropped afterwards. */
export function resourceSchemas(manifest: AppManifest): Readonly<Record<string, JsonSchema>> {
  return {
    Problem: problemSchema,
    Issue: issueSchema,
    ...Object.fromEntries(
      manifest.resources.flatMap((resource) =>
        Object.entries(shapesOf(resource, manifest)).map(([name, schema]) => [`${resource.name}.${name}`, schema]),
      ),
    ),
  }
}

function shapesOf(resource: ResourceManifest, manifest: AppManifest): Readonly<Record<ResourceShape, JsonSchema>> {
  const { name, description } = resource
  return {
    Row: {
      description: `A row of ${name}.${description === undefined ? '' : ` ${description}`}`,
      ...rowSchema(resource),
    },
    Selection: selectionSchema(resource, manifest),
    Page: {
      type: 'object',
      description: `A page of ${name}.`,
      properties: {
        data: { type: 'array', items: readSchema(resource) },
        page: {
          type: 'object',
          properties: {
            next: {
              type: ['string', 'null'],
              description: 'The cursor of the next page, for `after`; null at the end.',
            },
            ...(resource.total === undefined ? {} : { total: totalSchema(resource.total) }),
          },
          required: ['next'],
          additionalProperties: false,
        },
      },
      required: ['data', 'page'],
      additionalProperties: false,
    },
    NewRow: { description: `What is given to make a row of ${name}.`, ...newRowSchema(resource) },
    Replacement: {
      description: `A row of ${name} as it shall be: what is left out returns to its default or to null.`,
      ...replacementSchema(resource),
    },
    Change: {
      description: `A merge patch (RFC 7396) for a row of ${name}: what is left out stays, null clears.`,
      ...changeSchema(resource),
    },
    Batch: batchSchema(resource),
    Outcomes: outcomesSchema(resource),
  }
}

function totalSchema(kind: TotalKind): JsonSchema {
  return {
    type: 'object',
    description: 'How many rows all pages have together, where `total` asks for it.',
    properties: {
      count: { type: 'integer', minimum: 0 },
      kind: { type: 'string', enum: kind === 'exact' ? ['exact'] : ['exact', 'estimated'] },
    },
    required: ['count', 'kind'],
    additionalProperties: false,
  }
}

/** One row as a read answers it: whole, unless `fields` or `include` ask for something else. */
export function readSchema(resource: ResourceManifest): JsonSchema {
  return { anyOf: [shape(resource, 'Row'), shape(resource, 'Selection')] }
}

function selectionSchema(resource: ResourceManifest, manifest: AppManifest): JsonSchema {
  const { required: _, ...row } = rowSchema(resource)
  const includes = includesOf(resource, manifest)
  const included = {
    type: 'object',
    description: 'The rows referred to that `include` names; null where there is none, or none for this caller.',
    properties: Object.fromEntries(
      includes.map(([name, target]) => [name, { anyOf: [shape(target, 'Row'), { type: 'null' }] }]),
    ),
    minProperties: 1,
    additionalProperties: false,
  }
  return {
    ...row,
    description: `A row of ${resource.name} as \`fields\` and \`include\` shape it: exactly the fields named${includes.length === 0 ? '' : ', and the rows included'}.`,
    properties: { ...(row.properties as JsonSchema), ...(includes.length === 0 ? {} : { included }) },
    minProperties: 1,
  }
}

/** References whose rows a read can bring along: those to resources that somebody may read. */
export function includesOf(
  resource: ResourceManifest,
  manifest: AppManifest,
): readonly (readonly [field: string, target: ResourceManifest])[] {
  return Object.entries(resource.fields).flatMap(([name, field]: readonly [string, FieldDeclaration]) => {
    const target = field.kind === 'ref' ? manifest.resources.find((other) => other.name === field.target) : undefined
    const isReadable = target?.access !== undefined && ruleFor(target.access, 'get') !== undefined
    return isReadable && !field.private ? [[name, target] as const] : []
  })
}

export type BatchAction = 'create' | 'update' | 'delete'

/** The writes that `:batch` takes. */
export function batchActions({ actions }: ResourceManifest): readonly BatchAction[] {
  return (['create', 'update', 'delete'] as const).filter((action) => actions[action] !== undefined)
}

function batchSchema(resource: ResourceManifest): JsonSchema {
  const version = { type: 'integer', minimum: 1, description: 'The version that the row must have, else 412.' }
  const id = { type: 'string', minLength: 1, maxLength: 1024 }
  const changed = resource.requireMatch ? ['op', 'id', 'version'] : ['op', 'id']
  const members: Readonly<Record<BatchAction, JsonSchema>> = {
    create: member({ op: { const: 'create' }, value: shape(resource, 'NewRow') }, ['op', 'value']),
    update: member({ op: { const: 'update' }, id, version, value: shape(resource, 'Change') }, [...changed, 'value']),
    delete: member({ op: { const: 'delete' }, id, version }, changed),
  }
  return {
    type: 'object',
    description: `Many writes of ${resource.name} in one request.`,
    properties: {
      atomic: {
        type: 'boolean',
        default: false,
        description: 'All or nothing. The rows must then share a slot: have the same partition value.',
      },
      operations: {
        type: 'array',
        minItems: 1,
        maxItems: batchMax,
        items: { oneOf: batchActions(resource).map((action) => members[action]) },
      },
    },
    required: ['operations'],
    additionalProperties: false,
  }
}

function outcomesSchema(resource: ResourceManifest): JsonSchema {
  const problem = {
    status: { type: 'integer', minimum: 400, maximum: 599 },
    problem: reference('schemas', 'Problem'),
  }
  return {
    type: 'object',
    description: 'One outcome for each operation of the batch, in the same order.',
    properties: {
      outcomes: {
        type: 'array',
        maxItems: batchMax,
        items: {
          oneOf: [
            member({ status: { enum: [200, 201] }, value: shape(resource, 'Row') }, ['status', 'value']),
            member({ status: { const: 204 } }, ['status']),
            member(problem, ['status', 'problem']),
          ],
        },
      },
    },
    required: ['outcomes'],
    additionalProperties: false,
  }
}

function member(properties: Readonly<Record<string, unknown>>, required: readonly string[]): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false }
}
