import type { FieldDeclaration } from '../app/field.ts'
import { Bookmark } from '../core/bookmark.ts'
import { deadlineIn } from '../core/deadline.ts'
import { systemScheduler } from '../core/scheduler.ts'
import type { Runtime } from '../runtime/boot.ts'

export interface TryCommand {
  readonly operation: string
  readonly caller: string
  readonly lines: readonly string[]
}

const caller = 'alice'

/** A command that calls the app's first operation for signed-in callers, with rows that are there; undefined if none can be filled in. */
export async function tryCommand(runtime: Runtime, url: string): Promise<TryCommand | undefined> {
  for (const operation of runtime.operations) {
    if (operation.kind !== 'declared' || operation.manifest.method !== 'POST' || operation.access.kind !== 'signedIn')
      continue
    if (operation.isOlder || operation.manifest.path.includes('{')) continue
    const input: Record<string, unknown> = {}
    for (const [name, field] of Object.entries(operation.input)) {
      if (field.optional || field.default !== undefined) continue
      input[name] = await sampleValue(runtime, field)
    }
    if (Object.values(input).includes(undefined)) continue
    const { version } = runtime.manifest
    const lines = [
      `  curl -X POST ${url}/${version}${operation.manifest.path} \\`,
      `    -H 'Authorization: Bearer dev:${caller}' -H 'Content-Type: application/json' \\`,
      `    -d '${JSON.stringify(input)}'`,
    ]
    return { operation: operation.id, caller, lines }
  }
  return undefined
}

async function sampleValue(runtime: Runtime, field: FieldDeclaration): Promise<unknown> {
  switch (field.kind) {
    case 'ref':
      return firstId(runtime, field.target)
    case 'integer':
      return Math.max(1, field.minimum ?? 1)
    case 'enum':
      return field.values[0]
    case 'boolean':
      return true
    default:
      return undefined
  }
}

async function firstId(runtime: Runtime, resource: string): Promise<string | undefined> {
  const model = runtime.models.get(resource)!
  const context = { deadline: deadlineIn(5000, systemScheduler), bookmark: new Bookmark() }
  const [outcome] = await model.store.execute(
    [{ kind: 'scan', resource, path: ['id'], equal: [], descending: true, limit: 1 }],
    context,
  )
  return outcome!.ok ? (outcome!.value.rows[0]?.[0] as string | undefined) : undefined
}
