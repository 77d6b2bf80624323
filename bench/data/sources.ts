import { type CopyOf, copiesOf } from '../measure/dataset-copy.ts'
import type { Work } from '../works/work.ts'
import { prepareData } from './dataset.ts'
import { preparePostgres } from './postgres.ts'
import { startPostgres } from './postgres-server.ts'

/** What these works take their data from; the servers among them end when it is disposed of. */
export const prepareSources = async (works: readonly Work[]): Promise<Sources> => {
  const isNeeded = (kind: Work['data']) => works.some(({ data }) => data === kind)
  await using stack = new AsyncDisposableStack()
  const file = isNeeded('file') ? copiesOf(await prepareData()) : undefined
  const server = isNeeded('postgres') ? stack.use(await startPostgres()) : undefined
  const postgres = server === undefined ? undefined : await preparePostgres(server)
  const all = { none: copiesOf(undefined), file, postgres }
  const kept = stack.move()
  return {
    of: ({ data }) => all[data]!,
    versionsOf: ({ data }) => (data === 'postgres' ? { postgresql: server!.version } : {}),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

export interface Sources extends AsyncDisposable {
  of(work: Work): CopyOf
  /** Of what holds the data. */
  versionsOf(work: Work): Readonly<Record<string, string>>
}
