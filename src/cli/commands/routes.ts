import { type Route, routesOf } from '../../api/rest/routes.ts'
import { reviewApp } from '../../app/review.ts'
import { refusal } from '../../topology/check/refusal.ts'
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
  const all = await withScratchRuntime(project, plain, ({ manifest, operations }) =>
    routesOf(manifest.version, operations).toSorted(byAddress).map(described),
  )
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
}

/** Enough for an app whose routes alone are asked for. */
const plain: Topology = { stores: { main: memory({ volatile: true }) }, resources: {} }

interface DescribedRoute {
  readonly method: Route['method']
  readonly path: string
  readonly operation: string
  readonly access: string
  /** `read`: changes nothing. `by key`: once for an Idempotency-Key. `no`: repeating it may repeat its effect. */
  readonly idempotent: 'read' | 'by key' | 'no'
}

function described(route: Route): DescribedRoute {
  const { method, path, operation, takesKey } = route
  return {
    method,
    path,
    operation: operation.id,
    access: accessWords(operation),
    idempotent: takesKey ? 'by key' : method === 'GET' ? 'read' : 'no',
  }
}

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Routes of one resource stand together, the shorter path first. */
function byAddress(left: Route, right: Route): number {
  if (left.path !== right.path) return left.path < right.path ? -1 : 1
  return methods.indexOf(left.method) - methods.indexOf(right.method)
}
