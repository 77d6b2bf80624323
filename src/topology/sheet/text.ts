import type { ExternalSheet, MountSheet, OperationSheet, ReadCost, ResourceSheet, Sheet, StoreSheet } from '../sheet.ts'
import { wrapped } from '../text.ts'

/** The guarantee sheet as people read it: plain text, no line wider than 100 characters. */
export function sheetText(sheet: Sheet): string {
  const blocks = [
    [
      `Guarantee sheet of ${sheet.app} ${sheet.version}`,
      ...rows([
        ['identity', sheet.identity.says],
        ...several(
          'versions',
          sheet.older.map(({ says }) => says),
        ),
      ]),
    ],
    ...section('Stores', sheet.stores.map(storeBlock)),
    ...section('Resources', sheet.resources.map(resourceBlock)),
    ...section('Operations', sheet.operations.map(operationBlock)),
    ...section('External services', sheet.externals.map(externalBlock)),
    ...section('Mounted', sheet.mounts.map(mountBlock)),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

type Lines = readonly string[]
type Rows = readonly (readonly [label: string, words: string])[]

function section(title: string, blocks: readonly Lines[]): readonly Lines[] {
  return blocks.length === 0 ? [] : [[title.toUpperCase()], ...blocks]
}

function storeBlock(store: StoreSheet): Lines {
  return block(`${store.name} (${store.driver})`, [
    ['atomicity', store.atomicity.says],
    ['isolation', store.isolation.says],
    ['durability', store.durability.says],
    ...(store.connection === null ? [] : ([['reached at', store.connection.says]] as const)),
    ['freshness', store.staleness.says],
    ['batching', store.batching.says],
    ['processes', store.processes.says],
    ...(store.replicas === undefined ? [] : ([['replicas', store.replicas.says]] as const)),
    ...(store.failover === undefined ? [] : ([['failover', store.failover.says]] as const)),
  ])
}

function resourceBlock(resource: ResourceSheet): Lines {
  return block(`${resource.name}, of the service ${resource.service}, in the store ${resource.store}`, [
    ...several(
      'adopted',
      resource.adopted.map(({ says }) => says),
    ),
    ['rows', `${resource.ids.says}; ${resource.partition.says}`],
    ['durability', resource.durability.says],
    ['freshness', resource.freshness.says],
    ['writes', resource.writes.says],
    ...several(
      'unique',
      resource.unique.map(({ says }) => says),
    ),
    ...several(
      'references',
      resource.references.map(({ says }) => says),
    ),
    ...several(
      'access',
      resource.access.map(({ actions, says }) => `${actions.join(', ')}: ${says}`),
    ),
    ...several('cost', costLines(resource)),
  ])
}

/** A line for each way to read, the costs one below the other where the names are not too long for that. */
function costLines({ cost }: ResourceSheet): readonly string[] {
  const names = cost.map(readWords)
  const width = Math.min(Math.max(...names.map((name) => name.length)), 44)
  const lines = cost.map(({ says }, at) => `${names[at]!.padEnd(width)}  ${says}`)
  const list = cost.find(({ read }) => read === 'path' || read === 'list')
  if (list === undefined) return lines
  return [...lines, `n ≤ ${list.rowsMax} rows a page; an in takes 1 seek for each of its values, 50 at most`]
}

function readWords({ read, path }: ReadCost): string {
  switch (read) {
    case 'id':
      return 'by id'
    case 'list':
      return 'list without filters'
    case 'path':
      return `list by ${path.join(', ')}`
    case 'search':
      return `search by ${path.join(', ')}`
    case 'total':
      return 'total=true'
    case 'include':
      return `include ${path.join()}`
  }
}

function operationBlock(operation: OperationSheet): Lines {
  const { service, name, route, transaction, slots, scans } = operation
  const isWithoutData = transaction.is === 'none'
  return block(route === null ? `${name}, called by other services` : `${service}.${name}, ${route}`, [
    ...(route === null ? [] : ([['access', operation.access.says]] as const)),
    ['transaction', isWithoutData ? transaction.says : `${transaction.says}; ${slots.says}; ${scans.says}`],
    ...(isWithoutData ? [] : ([['isolation', operation.isolation.says]] as const)),
    ['repeats', operation.idempotency.says],
    ['calls', operation.calls.says],
    ['engine', operation.engine.says],
  ])
}

function externalBlock({ name, address, tries, circuit }: ExternalSheet): Lines {
  return block(name, [
    ['address', address.says],
    ['tries', tries.says],
    ['circuit', circuit.says],
  ])
}

function mountBlock({ service, prefix, access, promises }: MountSheet): Lines {
  return block(`${prefix}, of the service ${service}`, [
    ['access', access.says],
    ['promises', promises.says],
  ])
}

function several(label: string, words: readonly string[]): Rows {
  return words.map((each, at) => [at === 0 ? label : '', each])
}

function block(title: string, content: Rows): Lines {
  return [`  ${title}`, ...rows(content, 4)]
}

const labelWidth = 13

function rows(content: Rows, indent = 2): Lines {
  const margin = ' '.repeat(indent)
  return content.flatMap(([label, words]) =>
    wrapped(words, `${margin}${label.padEnd(labelWidth)}`, `${margin}${' '.repeat(labelWidth + 2)}`),
  )
}
