import type { OptionProblem } from '../../../core/driver.ts'
import type { EngineProblem, Inspection } from '../store.ts'
import { type Address, AddressProblem, addressesOf, addressWords } from './address.ts'
import { openingError, postgresError } from './errors.ts'
import type { PostgresOptions } from './postgres.ts'
import { serversOf } from './servers.ts'
import { connectForWork, sessionOf } from './session.ts'
import { survey } from './survey.ts'

/** What is wrong with the options by themselves. */
export function review(options: PostgresOptions): readonly OptionProblem[] {
  return (['primary', 'replicas'] as const).flatMap((option) => {
    try {
      const addresses = addressesOf(options[option], options)
      if (!sessionOf(options).isPooled || addresses.every(({ settings }) => settings === '')) return []
      throw new AddressProblem('its options reach no server through a pooler', 'Set them for the database or the role.')
    } catch (error) {
      if (!(error instanceof AddressProblem)) throw error
      const { message: reason, mend, isPlaintext } = error
      return [{ option, reason, mend, isPlaintext }]
    }
  })
}

/** Looks at the servers behind them, and changes nothing there. */
export async function inspect(options: PostgresOptions): Promise<Inspection> {
  const { primary, replicas, problems } = await found(options)
  try {
    const connection = await connectForWork({ ...options, primary: primary.url })
    try {
      const { durability, problems: ofPrimary } = await survey(connection, { ...options, primary: primary.url })
      const words = [primary, ...replicas].map(addressWords).join('; ')
      return { durability, connection: words, problems: [...ofPrimary, ...problems] }
    } finally {
      await connection.end()
    }
  } catch (error) {
    throw openingError(error, primary.url) ?? postgresError(error) ?? error
  }
}

/** Of one that is alone there is more to be said than whether it takes writes. */
async function found(options: PostgresOptions) {
  const problems: EngineProblem[] = []
  const all = [...addressesOf(options.primary, options), ...addressesOf(options.replicas, options)]
  if (all.length === 1) return { primary: all[0] as Address, replicas: [], problems }
  const mend = 'Mend it, or take it out of the topology.'
  const telemetry = { log: (_: string, reason: string) => void problems.push({ kind: 'replica', reason, mend }) }
  const { primary, replicas } = await serversOf(options, { telemetry })
  return { primary, replicas, problems }
}
