import { send } from './http.ts'
import type { Ledger } from './ledger.ts'

export interface CreatorsOptions {
  /** How many create at the same time. */
  readonly creators: number
  /** What every value begins with: another for every run on the same data. */
  readonly prefix: string
  /** The most that are created. */
  readonly most?: number
  /** Characters that come with every value, to fill the disk. */
  readonly padding?: number
}

/** Creates entries, many at a time, until the server is gone or refuses, or there are enough. What came of each is in the ledger. */
export async function create(url: string, ledger: Ledger, options: CreatorsOptions): Promise<void> {
  const { creators, prefix, most = Number.POSITIVE_INFINITY, padding = 0 } = options
  let made = 0
  let isOver = false
  const creator = async () => {
    while (!isOver && made < most) {
      const value = `${prefix}-${made++}`
      ledger.asked.add(value)
      const body = padding === 0 ? { value } : { value, padding: 'x'.repeat(padding) }
      const answer = await send(`${url}/v1/entries`, 'POST', body)
      if (answer.status === 201) {
        ledger.acknowledged.set(value, answer.body.id)
        continue
      }
      // Of what was not answered nobody can say whether it was created.
      if (answer.status !== 0) ledger.refused.set(value, `${answer.status} ${answer.body.code}`)
      isOver = true
    }
  }
  await Promise.all(Array.from({ length: creators }, creator))
}
