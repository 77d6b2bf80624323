import { type Route, routesOf } from '../../api/rest/routes.ts'
import type { App } from '../../app/app.ts'
import type { OlderManifest } from '../../app/manifest.ts'
import { reviewApp } from '../../app/review.ts'
import { endInWords } from '../../app/version/words.ts'
import { refusal } from '../../topology/check/refusal.ts'
import { ruleWords } from '../../topology/sheet/words.ts'
import { memory } from '../../topology/store.ts'
import type { Topology } from '../../topology/topology.ts'
import { columnsText } from '../columns.ts'
import { accessWords } from '../explain/words.ts'
import { loadProject } from '../project.ts'
import { withScratchRuntime } from '../scratch.ts'

/** Lists every route: address, operation, who may, and what repeating it does. The same in every topology. */
export async function routes(options: { readonly json?: boolean }): Promise<void> {
  const project = await loadProject()
  const findings = reviewApp(project.manifest, project.app)
  if (findings.some(({ severity }) => severity === 'error')) throw refusal(findings)
  const { older } = project.manifest
  const own = await withScratchRuntime(project, plain, ({ operations }) =>
    routesOf(operations).map((route) => described(route, older)),
  )
  const all = [...own, ...(await mounted(project.app))].toSorted(byAddress)
  if (options.json) {
    console.log(JSON.stringify(all, null, 2))
    return
  }
  const rows = all.map(({ method, path, operation, access, idempotent }) => [
    method,
    path,
    operation,
    access,
    idempotent,
  ])
  console.log(columnsText(['METHOD', 'PATH', 'OPERATION', 'WHO MAY', 'IDEMPOTENT'], rows))
  for (const version of older) console.log(`\n${endInWords(version)}`)
}

/** Enough for an app whose routes alone are asked for. */
const plain: Topology = { stores: { main: memory({ volatile: true }) }, resources: {} }

interface DescribedRoute {
  readonly method: string
  readonly path: string
  /** Of what is mounted: its service. */
  readonly operation: string
  /** Null of what is mounted, which is of none. */
  readonly version: string | null
  /** The day from which on its version is deprecated; null where it is not. */
  readonly deprecatedAt: string | null
  readonly access: string
  /** `read`: changes nothing. `by key`: once for an Idempotency-Key. `no`: repeating it may repeat its effect. */
  readonly idempotent: 'read' | 'by key' | 'no'
}

function described(route: Route, older: readonly OlderManifest[]): DescribedRoute {
  const { method, path, operation, takesKey } = route
  const { version } = operation
  return {
    method,
    path,
    operation: operation.id,
    version,
    deprecatedAt: older.find(({ name }) => name === version)?.deprecatedAt ?? null,
    access: accessWords(operation),
    idempotent: takesKey ? 'by key' : method === 'GET' ? 'read' : 'no',
  }
}

/** The routes of existing applications, which only their plugins know. */
async function mounted(app: App): Promise<readonly DescribedRoute[]> {
  const mounts = app.services.flatMap(({ name, mounts }) => mounts.map((mount) => ({ service: name, mount })))
  if (mounts.length === 0) return []
  const { mountedRoutes } = await import('../../api/mount/routes.ts')
  const listed = await Promise.all(
    mounts.map(async ({ service, mount }) =>
      (await mountedRoutes(mount)).map(
        ({ method, path }): DescribedRoute => ({
          method,
          path,
          operation: service,
          version: null,
          deprecatedAt: null,
          access: ruleWords(mount.access, 'input'),
          idempotent: method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? 'read' : 'no',
        }),
      ),
    ),
  )
  return listed.flat()
}

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Routes of one resource stand together, the shorter path first. */
function byAddress(left: DescribedRoute, right: DescribedRoute): number {
  if (left.path !== right.path) return left.path < right.path ? -1 : 1
  return methods.indexOf(left.method) - methods.indexOf(right.method)
}
