import type { AccessRule, Action } from './access.ts'
import { actions, ruleFor } from './access.ts'
import type { App } from './app.ts'
import type { FieldDeclaration, Fields } from './field.ts'
import type { AnyResource } from './handle.ts'
import type { Method } from './operation.ts'
import type { ResourceDeclaration } from './resource.ts'
import type { AnyService } from './service.ts'

/** The app as JSON: everything about it but the bodies of its functions. */
export interface AppManifest {
  readonly name: string
  readonly version: string
  readonly resources: readonly ResourceManifest[]
  readonly services: readonly ServiceManifest[]
}

export interface ResourceManifest extends ResourceDeclaration {
  readonly service: string
  readonly ids: 'generated' | 'given'
  /** What a stored row holds, in this order: id, the fields, createdAt, updatedAt, version. */
  readonly columns: readonly Column[]
  /** The rules of the actions that have a route. */
  readonly actions: Readonly<Partial<Record<Action, AccessRule>>>
}

export interface Column {
  readonly name: string
  readonly field: FieldDeclaration
}

export interface ServiceManifest {
  readonly name: string
  readonly resources: readonly string[]
  readonly uses: readonly string[]
  readonly calls: readonly string[]
  readonly implements: readonly ContractManifest[]
  readonly operations: readonly OperationManifest[]
}

export interface ContractManifest {
  readonly name: string
  readonly calls: Readonly<
    Record<string, { readonly input: FieldRecord; readonly output?: FieldRecord; readonly idempotent: boolean }>
  >
}

export interface OperationManifest {
  readonly service: string
  readonly name: string
  readonly method: Method
  /** Below the version: `/bookings/{id}/confirm`. */
  readonly path: string
  readonly input: FieldRecord
  readonly output: OutputManifest
  readonly access: AccessRule | undefined
  readonly idempotent: boolean
  readonly transaction: { readonly scans: boolean; readonly slots: 'one' | 'many' }
  readonly description?: string
}

export type FieldRecord = Readonly<Record<string, FieldDeclaration>>

export type OutputManifest =
  | { readonly kind: 'none' }
  | { readonly kind: 'row'; readonly resource: string }
  | { readonly kind: 'fields'; readonly fields: FieldRecord }

export function manifestOf(app: App): AppManifest {
  return {
    name: app.name,
    version: app.version,
    resources: app.services.flatMap((service) =>
      Object.values(service.resources as Record<string, AnyResource>).map((resource) =>
        resourceManifest(service.name, resource.declaration),
      ),
    ),
    services: app.services.map(serviceManifest),
  }
}

/** A resource as stores and routes see it: its declaration and what follows from it. */
export function resourceManifest(service: string, declaration: ResourceDeclaration): ResourceManifest {
  const { fields, access } = declaration
  const rules = actions.flatMap((action) => {
    const rule = access === undefined ? undefined : ruleFor(access, action)
    return rule === undefined ? [] : [[action, rule] as const]
  })
  return {
    ...declaration,
    service,
    ids: Object.hasOwn(fields, 'id') ? 'given' : 'generated',
    columns: columnsOf(fields),
    actions: Object.fromEntries(rules),
  }
}

const system = { optional: false, unique: false, private: false, writeOnce: true } as const

function columnsOf(fields: FieldRecord): readonly Column[] {
  const { id, ...own } = fields
  return [
    { name: 'id', field: id ?? { kind: 'id', ...system } },
    ...Object.entries(own).map(([name, field]) => ({ name, field })),
    { name: 'createdAt', field: { kind: 'timestamp', ...system } },
    { name: 'updatedAt', field: { kind: 'timestamp', ...system } },
    { name: 'version', field: { kind: 'integer', minimum: 1, ...system } },
  ]
}

function serviceManifest(service: AnyService): ServiceManifest {
  const { name, resources, uses, calls, operations } = service
  const names = (record: Record<string, { readonly name: string }>) => Object.values(record).map((value) => value.name)
  return {
    name,
    resources: names(resources),
    uses: names(uses),
    calls: names(calls),
    implements: Object.values(
      service.implements as Record<
        string,
        { name: string; calls: Record<string, { input: Fields; output?: Fields; idempotent?: boolean }> }
      >,
    ).map((contract) => ({
      name: contract.name,
      calls: Object.fromEntries(
        Object.entries(contract.calls).map(([call, { input, output, idempotent = false }]) => [
          call,
          {
            input: declarationsOf(input),
            ...(output === undefined ? {} : { output: declarationsOf(output) }),
            idempotent,
          },
        ]),
      ),
    })),
    operations: Object.entries(operations as AnyService['operations']).map(([operation, declared]) => {
      const {
        http,
        input = {},
        output,
        access,
        idempotent = false,
        transaction = {},
        description,
      } = declared as import('./operation.ts').AnyOperation
      const [method, path] = (http as string).split(' ') as [Method, string]
      return {
        service: name,
        name: operation,
        method,
        path,
        input: declarationsOf(input),
        output: outputManifest(output),
        access,
        idempotent,
        transaction: { scans: transaction.scans ?? false, slots: transaction.slots ?? 'one' },
        ...(description === undefined ? {} : { description }),
      }
    }),
  }
}

function outputManifest(output: AnyResource | Fields | undefined): OutputManifest {
  if (output === undefined) return { kind: 'none' }
  if ((output as AnyResource).kind === 'resource') return { kind: 'row', resource: (output as AnyResource).name }
  return { kind: 'fields', fields: declarationsOf(output as Fields) }
}

export function declarationsOf(fields: Fields): FieldRecord {
  return Object.fromEntries(Object.entries(fields).map(([name, { declaration }]) => [name, declaration]))
}
