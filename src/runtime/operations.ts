import type { App } from '../app/app.ts'
import type { AppManifest, OperationManifest, ServiceManifest } from '../app/manifest.ts'
import type { AnyOperation, Callables } from '../app/operation.ts'
import type { AnyService, OperationDiffering } from '../app/service.ts'
import { manifestIn } from '../app/version/manifest-in.ts'
import type { Scheduler } from '../core/scheduler.ts'
import type { Telemetry } from '../core/telemetry.ts'
import type { Models } from '../data/model.ts'
import type { HandleDependencies } from '../data/rows.ts'
import { batchOperation } from '../service/batch.ts'
import { callHandle, contractEndpoints, type Endpoint } from '../service/call.ts'
import { type DeclaredDependencies, declaredOperation, type Handler, type Reach } from '../service/declared.ts'
import { generatedOperations } from '../service/generated.ts'
import type { Idempotency } from '../service/idempotency.ts'
import { olderViews } from '../service/older-view.ts'
import type { Operation } from '../service/operation.ts'
import { currentOperationView, type OperationView, olderOperationView } from '../service/operation-view.ts'
import { currentViews, type Views } from '../service/view.ts'

export interface OperationDependencies extends HandleDependencies {
  readonly idempotency: Idempotency
  readonly scheduler: Scheduler
  readonly telemetry: Telemetry
  readonly defaultStore: string
  /** The calls of external services, by the names of these. */
  readonly externals: ReadonlyMap<string, ReadonlyMap<string, Endpoint>>
}

/**
 * Everything that can be asked of an app: what its resources open, then what its services declare, in the current version and
 * then in each older one.
 */
export function operationsOf(app: App, manifest: AppManifest, deps: OperationDependencies): readonly Operation[] {
  const endpoints = new Map(deps.externals)
  const declaredDeps: DeclaredDependencies = {
    ...deps,
    callFor: (calls, context) => callHandle(calls, endpoints, context, deps.scheduler),
  }
  for (const service of manifest.services) {
    const declared = declaredService(app, service)
    for (const contract of service.implements) {
      const key = Object.entries(declared.implements as Record<string, { readonly name: string }>).find(
        ([, { name }]) => name === contract.name,
      )![0]
      endpoints.set(
        contract.name,
        contractEndpoints(
          contract,
          declared.implementations[key] as Readonly<Record<string, Handler>>,
          reachOf(service, declared),
          declaredDeps,
        ),
      )
    }
  }
  return versionsOf(app, manifest, deps.models).flatMap(({ views, viewOf }) => [
    ...generatedIn(views, deps),
    ...manifest.services.flatMap((service) =>
      service.operations.flatMap((operation) => {
        const view = viewOf(operation)
        const declared = declaredService(app, service)
        const operations = declared.operations as Record<string, AnyOperation>
        return view === undefined
          ? []
          : [declaredOperation(operation, operations[operation.name]!, view, reachOf(service, declared), declaredDeps)]
      }),
    ),
  ])
}

/** What one version shows. `viewOf`: of an operation, in the words of now; undefined where the version does not have it. */
interface VersionViews {
  readonly views: Views
  viewOf(operation: OperationManifest): OperationView | undefined
}

/** The current version, then every older one that is still answered. */
function versionsOf(app: App, manifest: AppManifest, models: Models): readonly VersionViews[] {
  const views = currentViews(manifest.version, models)
  const current: VersionViews = {
    views,
    viewOf: (operation) => currentOperationView(manifest.version, operation, views),
  }
  const older = manifest.older.filter(({ gone }) => !gone).map(({ name }) => olderVersion(app, manifest, name, models))
  return [current, ...older]
}

function olderVersion(app: App, manifest: AppManifest, version: string, models: Models): VersionViews {
  const old = manifestIn(manifest, version)
  const views = olderViews(app, old, models)
  return {
    views,
    viewOf(now) {
      const service = old.services.find(({ name }) => name === now.service)
      const operation = service?.operations.find(({ name }) => name === now.name)
      if (service === undefined || operation === undefined) return undefined
      const presented: Readonly<Record<string, OperationDiffering | null>> =
        declaredService(app, service).presented[now.name] ?? {}
      return olderOperationView(version, now, operation, presented[version] ?? undefined, views)
    },
  }
}

function generatedIn(views: Views, deps: OperationDependencies): readonly Operation[] {
  return [...views.values()].flatMap((view) => {
    const own = generatedOperations(view, views, deps)
    return own.some(({ action }) => action === 'create' || action === 'update' || action === 'delete')
      ? [...own, batchOperation(view, deps)]
      : own
  })
}

function declaredService(app: App, { name }: ServiceManifest): AnyService {
  return app.services.find((service) => service.name === name)!
}

/** A service reaches its own resources, those that it uses, and what it calls, by the names it gave them. */
function reachOf(service: ServiceManifest, declared: AnyService): Reach {
  const calls = Object.entries(declared.calls as Callables).map(([key, { name }]) => ({ key, name }))
  return { resources: [...service.resources, ...service.uses], calls }
}
