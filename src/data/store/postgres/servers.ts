import type { DriverDependencies } from '../../../core/driver.ts'
import { dataErrors } from '../../errors.ts'
import { type Address, addressesOf } from './address.ts'
import { openingError, postgresError } from './errors.ts'
import { epochOf, type Look } from './look.ts'
import { lookOnce } from './look-at.ts'
import type { PostgresOptions } from './postgres.ts'
import { sessionOf } from './session.ts'

/** The servers of a store, as they were found. */
export interface Servers {
  /** The one that takes writes, and what it said. */
  readonly primary: Address
  readonly found: Look
  readonly replicas: readonly Address[]
  /** Wherever the primary may be later. */
  readonly all: readonly Address[]
}

/**
 * Looks at all addresses. The primary is the server that takes writes in the latest history, also where it is named as a replica: it was
 * promoted. Rejects where none takes writes, and where something is named that has other data; a replica that is not there may come
 * later.
 */
export async function serversOf(
  options: Named,
  { telemetry }: Pick<DriverDependencies, 'telemetry'>,
): Promise<Servers> {
  const { named, replicas } = addressesIn(options)
  const all = [...named, ...replicas.filter(({ url }) => named.every((other) => other.url !== url))]
  const looks = await Promise.all(
    all.map(async (address): Promise<Looked> => {
      try {
        return { address, look: await lookOnce(address, sessionOf(options), lookWithinMs) }
      } catch (error) {
        return { address, error }
      }
    }),
  )
  const best = primaryAmong(looks)
  for (const looked of looks) {
    const isReplica = replicas.some(({ url }) => url === looked.address.url)
    // Where all servers are named for both, each is what it is now.
    const isCandidate = named.includes(looked.address)
    const { name } = looked.address
    if (looked.look === undefined) {
      if (isReplica) telemetry.log('warn', `${wordsOf(looked)}; it is read from once it is there`)
      continue
    }
    const { system, role } = looked.look
    if (system !== best.look.system) throw foreign(name, best.address.name, 'its data are of another system')
    if (looked.address === best.address) {
      if (isReplica)
        telemetry.log('warn', `PostgreSQL at ${name} is named as a replica, and takes writes: it was promoted`)
    } else if (isReplica && !isCandidate && role !== 'replica')
      throw foreign(name, best.address.name, 'it takes writes itself, and follows nobody')
    else if (isReplica && epochOf(looked.look) !== epochOf(best.look))
      telemetry.log(
        'warn',
        `PostgreSQL at ${name} has not followed the last failover, and is not read from until it does`,
      )
  }
  return { primary: best.address, found: best.look, replicas, all }
}

/** Where the primary is, for work on it alone. */
export async function primaryUrl(options: Named, deps: Pick<DriverDependencies, 'telemetry'>): Promise<string> {
  const { named, replicas } = addressesIn(options)
  const all = [...named, ...replicas]
  if (all.length === 1) return all[0]!.url
  return (await serversOf(options, deps)).primary.url
}

type Named = Pick<PostgresOptions, 'primary' | 'replicas' | 'plaintext' | 'pooler'>

function addressesIn(options: Named): Record<'named' | 'replicas', readonly Address[]> {
  try {
    return { named: addressesOf(options.primary, options), replicas: addressesOf(options.replicas, options) }
  } catch (error) {
    throw openingError(error, '') ?? error
  }
}

const lookWithinMs = 5_000

type Looked = { readonly address: Address } & (
  | { readonly look: Look; readonly error?: undefined }
  | { readonly look?: undefined; readonly error: unknown }
)

function primaryAmong(looks: readonly Looked[]): { readonly address: Address; readonly look: Look } {
  const system = looks.find(({ look }) => look !== undefined)?.look?.system
  const [best] = looks
    .flatMap(({ address, look }) => (look?.system === system && look?.role === 'primary' ? [{ address, look }] : []))
    .toSorted((one, other) => (one.look.timeline > other.look.timeline ? -1 : 1))
  if (best !== undefined) return best
  const [first] = looks as readonly [Looked]
  if (looks.length > 1)
    throw dataErrors.STORE_UNREACHABLE(`no PostgreSQL takes writes: ${looks.map(wordsOf).join('; ')}`)
  if (first.error !== undefined)
    throw openingError(first.error, first.address.url) ?? postgresError(first.error) ?? first.error
  throw dataErrors.STORE_UNREACHABLE(wordsOf(first))
}

function wordsOf({ address, look, error }: Looked): string {
  if (look !== undefined) return `PostgreSQL at ${address.name} takes no writes: it is a replica, or set to read only`
  const known = openingError(error, address.url) ?? postgresError(error)
  return known?.message ?? `PostgreSQL at ${address.name} cannot be used`
}

function foreign(replica: string, primary: string, reason: string) {
  return dataErrors.STORE_UNREACHABLE(`PostgreSQL at ${replica} is no replica of the one at ${primary}: ${reason}`)
}
