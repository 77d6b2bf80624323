import { type Route, routesOf } from '../../api/rest/routes.ts'
import { ruleWords } from '../../topology/sheet/words.ts'
import { checked, loadProject, loadTopology } from '../project.ts'
import { withScratchRuntime } from '../scratch.ts'

/** Lists every route: address, operation, who may, and whether it takes an Idempotency-Key. */
export async function routes(options: { readonly json?: boolean }): Promise<void> {
  const project = await loadProject()
  const topology = await loadTopology(undefined, project)
  await checked(project, topology)
  const all = await withScratchRuntime(project, topology, ({ manifest, operations }) =>
    routesOf(manifest.version, operations).map(described),
  )
  if (options.json) {
    console.log(JSON.stringify(all, null, 2))
    return
  }
  const rows = [
    ['METHOD', 'PATH', 'OPERATION', 'WHO MAY', 'KEY'],
    ...all.map(({ method, path, operation, access, idempotencyKey }) => [
      method,
      path,
      operation,
      access,
      idempotencyKey ? 'yes' : '',
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
}

/** A route as programs and people read it. */
export function described({ method, path, operation, takesKey }: Route) {
  const isBatch = operation.kind === 'generated' && operation.action === 'batch'
  return {
    method,
    path,
    operation: operation.id,
    access: isBatch
      ? 'each member by the rule of its own action'
      : ruleWords(operation.access, operation.kind === 'declared' ? 'input' : 'row'),
    idempotencyKey: takesKey,
  }
}
