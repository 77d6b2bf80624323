import type { App } from '../app/app.ts'
import type { AppManifest, ServiceManifest } from '../app/manifest.ts'
import type { AnyOperation } from '../app/operation.ts'
import type { Scheduler } from '../core/scheduler.ts'
import type { DataDependencies } from '../data/rows.ts'
import { batchOperation } from '../service/batch.ts'
import { callHandle, contractEndpoints, type Endpoint } from '../service/call.ts'
import { type DeclaredDependencies, declaredOperation, type Handler, type Reach } from '../service/declared.ts'
import { generatedOperations } from '../service/generated.ts'
import type { Idempotency } from '../service/idempotency.ts'
import type { Operation } from '../service/operation.ts'

export interface OperationDependencies extends DataDependencies {
  readonly idempotency: Idempotency
  readonly scheduler: Scheduler
  readonly defaultStore: string
}

/** Everything that can be asked of an app: what its resources open, then what its services declare. */
export function operationsOf(app: App, manifest: AppManifest, deps: OperationDependencies): readonly Operation[] {
  const endpoints = new Map<string, ReadonlyMap<string, Endpoint>>()
  const declaredDeps: DeclaredDependencies = {
    ...deps,
    callFor: (contracts, context) => callHandle(contracts, endpoints, context, deps.scheduler),
  }
  const services = manifest.services.map((service) => ({
    service,
    declared: app.services.find(({ name }) => name === service.name)!,
  }))
  for (const { service, declared } of services) {
    for (const contract of service.implements) {
      const key = Object.entries(declared.implements as Record<string, { readonly name: string }>).find(
        ([, { name }]) => name === contract.name,
      )![0]
      endpoints.set(
        contract.name,
        contractEndpoints(
          contract,
          declared.implementations[key] as Readonly<Record<string, Handler>>,
          reachOf(service),
          declaredDeps,
        ),
      )
    }
  }
  const declared = services.flatMap(({ service, declared }) =>
    service.operations.map((operation) =>
      declaredOperation(
        operation,
        (declared.operations as Record<string, AnyOperation>)[operation.name]!,
        reachOf(service),
        declaredDeps,
      ),
    ),
  )
  const generated = manifest.resources.flatMap(({ name }) => {
    const model = deps.models.get(name)!
    const own = generatedOperations(model, deps)
    return own.some(({ action }) => action === 'create' || action === 'update' || action === 'delete')
      ? [...own, batchOperation(model, deps)]
      : own
  })
  return [...generated, ...declared]
}

/** A service reaches its own resources, those that it uses, and the contracts that it calls, by the names it gave them. */
function reachOf(service: ServiceManifest): Reach {
  return { resources: [...service.resources, ...service.uses], calls: service.calls }
}
