import type { AccessRule, Action } from './access.ts'
import { actions, ruleFor } from './access.ts'
import { type Adoption, adoptedColumn } from './adoption.ts'
import type { App } from './app.ts'
import type { ExternalManifest } from './external/manifest.ts'
import { readExternal } from './external/read.ts'
import type { External } from './external.ts'
import type { FieldDeclaration, Fields } from './field.ts'
import type { AnyResource } from './handle.ts'
import { bodyBytesMaxUsual, type Mount } from './mount.ts'
import type { Callables, Method } from './operation.ts'
import type { ResourceDeclaration } from './resource.ts'
import type { AnyService, OperationDiffering } from './service.ts'
import { storedRule, storedRules } from './stored-rule.ts'
import type { Difference } from './version/difference.ts'

/** The app as JSON: everything about it but the bodies of its functions. */
export interface AppManifest {
  readonly name: string
  /** The version in whose words this manifest is. */
  readonly version: string
  /** The older versions that the app presents beside its current one. */
  readonly older: readonly OlderManifest[]
  readonly resources: readonly ResourceManifest[]
  readonly services: readonly ServiceManifest[]
  /** What services call that is no part of the app. */
  readonly externals: readonly ExternalManifest[]
}

export interface OlderManifest {
  readonly name: string
  /** The current version. */
  readonly successor: string
  /** `"2026-06-01"`; absent: it is older, and not deprecated. */
  readonly deprecatedAt?: string
  readonly sunsetAt?: string
  /** Nothing of it is answered any more (410). */
  readonly gone: boolean
}

export interface ResourceManifest extends ResourceDeclaration {
  readonly service: string
  readonly ids: 'generated' | 'given'
  /** What a stored row holds, in this order: id, the fields, createdAt, updatedAt, version. */
  readonly columns: readonly Column[]
  /** The rules of the actions that have a generated route. */
  readonly actions: Readonly<Partial<Record<Action, AccessRule>>>
  /** In the words of an older version: fields that are made of others, which stand behind them. No list goes by them. */
  readonly converted?: Readonly<Record<string, readonly string[]>>
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
  readonly mounts: readonly MountManifest[]
}

/** An application that the service brings along, of whose routes nothing is declared. */
export interface MountManifest {
  readonly prefix: string
  readonly access: AccessRule | undefined
  readonly bodyBytesMax: number
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
  /** The engine that its body speaks to itself; null: none. */
  readonly native: string | null
  /** What differed in older versions; null: the version did not have it. */
  readonly presented: Readonly<Record<string, OperationDifference | null>>
  /** In the words of an older version: its path in the current one, with this one's parameters, where these lead there. */
  readonly successor?: string
  readonly description?: string
}

export interface OperationDifference {
  readonly method?: Method
  readonly path?: string
  readonly input: Difference
  readonly output: Difference
}

export type FieldRecord = Readonly<Record<string, FieldDeclaration>>

export type OutputManifest =
  | { readonly kind: 'none' }
  | { readonly kind: 'row'; readonly resource: string }
  | { readonly kind: 'fields'; readonly fields: FieldRecord }

/** Made once for an app, which never changes: a start asks for it several times, and documents of others may be long. */
export function manifestOf(app: App): AppManifest {
  const manifest = manifests.get(app) ?? madeOf(app)
  manifests.set(app, manifest)
  return manifest
}

const manifests = new WeakMap<App, AppManifest>()

function madeOf(app: App): AppManifest {
  const declared = declaredResources(app).map(({ declaration }) => declaration)
  const idOf = (target: string) => {
    const found = declared.find(({ name }) => name === target)
    return found === undefined ? undefined : (found.fields.id ?? generatedId(found.adopted))
  }
  const withTargets = (fields: FieldRecord): FieldRecord =>
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => {
        const targetId = field.kind === 'ref' ? idOf(field.target) : undefined
        return [name, targetId === undefined ? field : { ...field, targetId }]
      }),
    )
  const services = app.services.map((service) => serviceManifest(service, withTargets))
  const taken = takenRoutes(services)
  return {
    name: app.name,
    version: app.version,
    older: Object.entries(app.versions).map(([name, { gone = false, ...dates }]) => ({
      name,
      successor: app.version,
      ...dates,
      gone,
    })),
    resources: app.services.flatMap((service) =>
      Object.values(service.resources as Record<string, AnyResource>).map(({ declaration }) =>
        withoutReplaced(
          resourceManifest(service.name, { ...declaration, fields: withTargets(declaration.fields) }),
          taken,
        ),
      ),
    ),
    services,
    externals: externalsOf(app).map(({ name, document }) => readExternal(name, document)),
  }
}

/** Those that the services of an app own. */
export function declaredResources(app: App): readonly AnyResource[] {
  return app.services.flatMap(({ resources }) => Object.values(resources as Record<string, AnyResource>))
}

/** Each once, however many services call it. */
export function externalsOf(app: App): readonly External[] {
  const callables = app.services.flatMap(({ calls }) => Object.values(calls as Callables))
  const externals = callables.filter((callable): callable is External => callable.kind === 'external')
  return [...new Map(externals.map((each) => [each.name, each])).values()]
}

/** A path whatever the names of its parameters. */
export function pathShape(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}')
}

/** The addresses of operations. */
export function takenRoutes(services: readonly ServiceManifest[]): ReadonlySet<string> {
  return new Set(
    services.flatMap(({ operations }) => operations.map(({ method, path }) => `${method} ${pathShape(path ?? '')}`)),
  )
}

/** An operation at the address of a generated route takes its place, and its action away from `:batch`. */
export function withoutReplaced(resource: ResourceManifest, taken: ReadonlySet<string>): ResourceManifest {
  const left = Object.entries(resource.actions).filter(([action]) => {
    const [method, suffix] = addresses[action as Action]
    return !taken.has(`${method} /${resource.name}${suffix}`)
  })
  return { ...resource, actions: Object.fromEntries(left) }
}

const addresses: Readonly<Record<Action, readonly [Method, string]>> = {
  list: ['GET', ''],
  create: ['POST', ''],
  get: ['GET', '/{}'],
  replace: ['PUT', '/{}'],
  update: ['PATCH', '/{}'],
  delete: ['DELETE', '/{}'],
}

/** A resource as stores and routes see it: its declaration and what follows from it. */
export function resourceManifest(service: string, declaration: ResourceDeclaration): ResourceManifest {
  const { partitionBy } = declaration
  const partition = partitionBy === 'id' ? undefined : declaration.fields[partitionBy]
  // A row never leaves its slot, so the field that decides it is write-once.
  const fields =
    partition === undefined
      ? declaration.fields
      : { ...declaration.fields, [partitionBy]: { ...partition, writeOnce: true } }
  const columns = columnsOf(fields, declaration.adopted)
  const access =
    declaration.access &&
    storedRules(declaration.access, (name) => columns.find((column) => column.name === name)?.field)
  const rules = actions.flatMap((action) => {
    const rule = access === undefined ? undefined : ruleFor(access, action)
    return rule === undefined ? [] : [[action, rule] as const]
  })
  return {
    ...declaration,
    fields,
    access,
    service,
    ids: Object.hasOwn(fields, 'id') ? 'given' : 'generated',
    columns,
    actions: Object.fromEntries(rules),
  }
}

const system = { optional: false, unique: false, private: false, writeOnce: true } as const

function generatedId(adopted: Adoption | undefined): FieldDeclaration {
  return { kind: 'id', ...(adopted?.key === undefined ? {} : { form: adopted.key }), ...system }
}

function columnsOf(fields: FieldRecord, adopted: Adoption | undefined): readonly Column[] {
  const { id, ...own } = fields
  return [
    { name: 'id', field: id ?? generatedId(adopted) },
    ...Object.entries(own).map(([name, field]) => ({ name, field })),
    { name: 'createdAt', field: timeOf('createdAt', adopted) },
    { name: 'updatedAt', field: timeOf('updatedAt', adopted) },
    { name: 'version', field: { kind: 'integer', minimum: 1, ...system, private: adopted?.version === 'none' } },
  ]
}

/** Nobody sees what an adopted table does not have. */
function timeOf(name: string, adopted: Adoption | undefined): FieldDeclaration {
  if (adopted === undefined) return { kind: 'timestamp', ...system }
  const isThere = adoptedColumn(adopted, name) !== undefined
  return { kind: 'timestamp', microseconds: true, ...system, optional: !isThere, private: !isThere }
}

function serviceManifest(service: AnyService, withTargets: (fields: FieldRecord) => FieldRecord): ServiceManifest {
  const declarationsOf = (fields: Fields) => withTargets(declarations(fields))
  const { name, resources, uses, calls, operations, mounts } = service
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
    mounts: mounts.map(({ prefix, access, bodyBytesMax = bodyBytesMaxUsual }: Mount) => ({
      prefix,
      access,
      bodyBytesMax,
    })),
    operations: Object.entries(operations as AnyService['operations']).map(([operation, declared]) => {
      const {
        http,
        input = {},
        output,
        access,
        idempotent = false,
        transaction = {},
        native = null,
        description,
      } = declared as import('./operation.ts').AnyOperation
      // What is no address is told by `review`.
      const [method, path = ''] = String(http ?? '').split(' ') as [Method, string | undefined]
      const fields = declarationsOf(input)
      return {
        service: name,
        name: operation,
        method,
        path,
        input: fields,
        output: outputManifest(output, declarationsOf),
        access: access && storedRule(access, (name) => fields[name]),
        idempotent,
        transaction: { scans: transaction.scans ?? false, slots: transaction.slots ?? 'one' },
        native,
        presented: operationDifferences(service, operation),
        ...(description === undefined ? {} : { description }),
      }
    }),
  }
}

function operationDifferences(service: AnyService, operation: string): OperationManifest['presented'] {
  const presented: Readonly<Record<string, OperationDiffering | null>> = service.presented[operation] ?? {}
  return Object.fromEntries(
    Object.entries(presented).map(([version, differing]) => {
      if (differing === null) return [version, null]
      const [method, path] = (differing.http?.split(' ') ?? []) as [Method?, string?]
      return [
        version,
        {
          ...(method === undefined ? {} : { method, path: path ?? '' }),
          input: differing.input.difference,
          output: differing.output.difference,
        },
      ]
    }),
  )
}

function outputManifest(
  output: AnyResource | Fields | undefined,
  declarationsOf: (fields: Fields) => FieldRecord,
): OutputManifest {
  if (output === undefined) return { kind: 'none' }
  if ((output as AnyResource).kind === 'resource') return { kind: 'row', resource: (output as AnyResource).name }
  return { kind: 'fields', fields: declarationsOf(output as Fields) }
}

function declarations(fields: Fields): FieldRecord {
  return Object.fromEntries(Object.entries(fields).map(([name, { declaration }]) => [name, declaration]))
}
