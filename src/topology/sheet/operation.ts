import type { AppManifest, OperationManifest, ServiceManifest } from '../../app/manifest.ts'
import { listed } from '../../app/review/finding.ts'
import type { OperationSheet, StoreSheet } from '../sheet.ts'
import { storeOf, type Topology } from '../topology.ts'
import { ruleWords } from './words.ts'

/** What each operation, and each call of a contract, gets. */
export function operationSheets(
  manifest: AppManifest,
  topology: Topology,
  stores: readonly StoreSheet[],
): readonly OperationSheet[] {
  return manifest.services.flatMap((service) => {
    const store = storeOfService(service, topology, stores)
    return [
      ...service.operations.map(
        (operation): OperationSheet => ({
          service: service.name,
          name: operation.name,
          route: `${operation.method} /${manifest.version}${operation.path}`,
          access: { is: operation.access ?? null, says: accessWords(operation) },
          ...workOf(service, store, operation),
        }),
      ),
      ...service.implements.flatMap((contract) =>
        Object.entries(contract.calls).map(
          ([call, { idempotent }]): OperationSheet => ({
            service: service.name,
            name: `${contract.name}.${call}`,
            route: null,
            access: { is: null, says: 'other services only' },
            ...workOf(service, store, { idempotent, native: null, transaction: { scans: false, slots: 'one' } }),
          }),
        ),
      ),
    ]
  })
}

/** The store on which a service works; undefined if it touches no data. `check` sees to it that there is only one. */
function storeOfService(
  { resources, uses }: ServiceManifest,
  topology: Topology,
  stores: readonly StoreSheet[],
): StoreSheet | undefined {
  const [first] = [...resources, ...uses]
  return first === undefined ? undefined : stores.find(({ name }) => name === storeOf(topology, first))
}

function accessWords({ access }: OperationManifest): string {
  return access === undefined ? 'nobody' : ruleWords(access, 'input')
}

function workOf(
  service: ServiceManifest,
  store: StoreSheet | undefined,
  {
    idempotent,
    native,
    transaction: { scans, slots },
  }: Pick<OperationManifest, 'idempotent' | 'native' | 'transaction'>,
): Omit<OperationSheet, 'service' | 'name' | 'route' | 'access'> {
  return {
    transaction: transactionOf(store, idempotent),
    slots: { is: slots, says: slots === 'one' ? 'rows of one slot' : 'rows of any slots' },
    scans: { is: scans, says: scans ? 'its lists are compared again in the commit' : 'no lists' },
    isolation: isolationOf(store),
    idempotency: {
      is: idempotent,
      says: idempotent
        ? 'the same Idempotency-Key has one effect and one answer, for 24 h'
        : 'no key: after a lost answer nobody knows whether it was done',
    },
    calls: {
      is: service.calls,
      says:
        service.calls.length === 0
          ? 'none'
          : `${listed(service.calls)}, outside its transactions, and never taken back`,
    },
    engine: {
      is: native,
      says:
        native === null
          ? 'bound to none'
          : `bound to ${native}, which its body speaks to itself: what it does there keeps no rule, version or reference but the engine's own`,
    },
  }
}

function transactionOf(store: StoreSheet | undefined, idempotent: boolean): OperationSheet['transaction'] {
  if (store === undefined) return { is: 'none', says: 'touches no data' }
  if (idempotent) return { is: 'one', says: 'one at most, one commit with the kept answer' }
  return { is: 'any', says: 'each is one commit, and so is each write outside of one' }
}

function isolationOf(store: StoreSheet | undefined): OperationSheet['isolation'] {
  if (store === undefined) return { is: null, says: 'touches no data' }
  const { is } = store.isolation
  if (is !== 'serializable') return { is, says: store.isolation.says }
  return { is, says: 'serialisable for what it reads; a conflict reruns it, 3 times at most, then 409' }
}
