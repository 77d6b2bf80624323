import { explanationOf } from '../explain/explain.ts'
import { explanationText } from '../explain/text.ts'
import { loadProject } from '../project.ts'
import { withScratchRuntime } from '../scratch.ts'
import { checkedTopology } from '../topology.ts'

export interface ExplainOptions {
  readonly topology?: string
  readonly json?: boolean
}

/** Prints how a request would run: route, access, access path, statement, plan, batching and cost. Exits with 1 if it is refused. */
export async function explain(request: string, options: ExplainOptions): Promise<void> {
  const project = await loadProject()
  const { topology, checked } = await checkedTopology(project, options.topology)
  const explanation = await withScratchRuntime(project, topology, (runtime) => {
    const durability = Object.fromEntries(
      [...runtime.stores.values()].map(({ name, engine }) => [name, engine.durability]),
    )
    return explanationOf({ runtime, sheet: checked.sheet!({ durability }) }, request)
  })
  console.log(options.json ? JSON.stringify(explanation, null, 2) : explanationText(explanation))
  if (explanation.problem !== undefined) process.exitCode = 1
}
