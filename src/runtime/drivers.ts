import { storeDrivers } from '../data/store/drivers.ts'
import type { StoreDriver } from '../data/store/store.ts'
import { developmentIdentity, noIdentity } from '../identity/development.ts'
import type { Identity } from '../identity/identity.ts'
import type { Registry, StoreEntry } from '../topology/registry.ts'

const storeNames = Object.keys(storeDrivers) as (keyof typeof storeDrivers)[]

/**
 * The drivers that come with Banyan, as `check` sees them. With `named` only those are loaded, unless one is unknown, when all
 * must be listed.
 */
export async function registryOf(named: readonly string[] = storeNames): Promise<Registry> {
  const known = storeNames.filter((name) => named.includes(name))
  const wanted = known.length === new Set(named).size ? known : storeNames
  const stores = await Promise.all(
    wanted.map(async (name): Promise<readonly [string, StoreEntry]> => {
      const { gives, options, review } = (await storeDrivers[name]()) as StoreDriver<object>
      return [name, { gives, options, review }]
    }),
  )
  return {
    stores: Object.fromEntries(stores),
    identities: { development: { production: developmentIdentity.production } },
  }
}

export function identityNamed(name: string | undefined): Identity {
  return name === 'development' ? developmentIdentity : noIdentity
}
