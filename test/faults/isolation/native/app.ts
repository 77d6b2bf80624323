import { app, refuse, service, signedIn, t } from 'banyan'
import type {} from 'banyan/kysely'
import { sql } from 'kysely'
import { resources } from '../app/app.ts'
import type { Step } from '../history.ts'

/** The control of the checker: the same lists, past Banyan, in transactions of PostgreSQL as it has them without being asked. */
const contention = service('contention', { resources }).operation('run', {
  http: 'POST /run',
  input: { steps: t.json().as<readonly Step[]>() },
  output: { steps: t.json().as<readonly Step[]>() },
  access: signedIn,
  idempotent: true,
  native: 'postgres',
  run: async ({ input, data }) => {
    // The rows are there before: what is wrong then is not that two have made one.
    for (const { key } of input.steps)
      if ((await data.lists.get(key)) === null) await data.lists.insert({ id: key, items: [] }).catch(() => {})
    const transaction = data.native('main').transaction().setIsolationLevel('read committed')
    return transaction.execute(async (tx) => {
      const steps: Step[] = []
      for (const step of input.steps) {
        if (step.kind === 'append') {
          await tx
            .updateTable('lists')
            .set({ items: sql`(items::jsonb || to_jsonb(${step.value}::int))::json` })
            .where('id', '=', step.key)
            .execute()
          steps.push(step)
          continue
        }
        const row = await tx.selectFrom('lists').select('items').where('id', '=', step.key).executeTakeFirst()
        if (row === undefined) throw refuse(404)
        steps.push({ ...step, list: row.items })
      }
      return { steps }
    })
  },
})

export default app('contention', { version: 'v1', services: [contention] })
