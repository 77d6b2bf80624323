import type { Deadline } from '../../../core/deadline.ts'
import type { Excess, Explanation } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'

/**
 * The server's plan of a statement, whatever values it is run with and however many rows there are: while they are few, it would
 * read them all.
 */
export function planOf(
  connections: Connections,
  text: string,
  {
    sorts,
    deadline,
  }: {
    /** Whether sorting is no fault: what is sorted does not grow. */ readonly sorts: boolean
    readonly deadline: Deadline
  },
): Promise<Planned> {
  return connections.alone(deadline, async (connection) => {
    await connection.execute('begin')
    try {
      return await explained(connection, text, sorts)
    } finally {
      await connection.execute('rollback')
      await connection.execute('deallocate banyan_plan').catch(() => {}) // It may have been refused.
    }
  })
}

type Planned = Pick<Explanation, 'plan' | 'excess'>

async function explained(connection: Connection, text: string, sorts: boolean): Promise<Planned> {
  await connection.execute(
    `set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off; set local enable_sort = ${sorts ? 'on' : 'off'}; set local enable_incremental_sort = ${sorts ? 'on' : 'off'};
     prepare banyan_plan as ${text}`,
  )
  const parameters = new Set(text.match(/\$\d+/g)).size
  const nulls = parameters === 0 ? '' : `(${Array.from({ length: parameters }, () => 'null').join(', ')})`
  const { rows } = await connection.query(`explain (costs off) execute banyan_plan${nulls}`, [])
  const plan = rows.map(([line]) => line!)
  return { plan, excess: excessOf(plan) }
}

/** What a plan does beyond reading what is asked for. What has a limit below it is as little as a page. */
function excessOf(plan: readonly string[]): readonly Excess[] {
  const found = new Set<Excess>()
  let node = ''
  plan.forEach((line, at) => {
    const [, name] = /^\s*(?:->\s+)?([A-Z][\w ]*?) (?:using|on) /.exec(line) ?? []
    if (name !== undefined) node = name
    if (name === 'Seq Scan') found.add('scan')
    if (/^\s*Filter: /.test(line) && /^(Index|Bitmap|Seq)/.test(node)) found.add('filter')
    if (/^\s*(?:->\s+)?(Incremental )?Sort$/.test(line) && !isLimited(plan, at)) found.add('sort')
  })
  return [...found]
}

/** Whether some node below this one has a limit. */
function isLimited(plan: readonly string[], at: number): boolean {
  const depth = depthOf(plan[at]!)
  const end = plan.findIndex((line, other) => other > at && /^\s*->/.test(line) && depthOf(line) <= depth)
  return plan.slice(at + 1, end === -1 ? undefined : end).some((line) => /->\s+Limit$/.test(line))
}

function depthOf(line: string): number {
  return line.search(/\S/)
}
