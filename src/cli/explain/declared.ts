import type { FieldRecord, OutputManifest } from '../../app/manifest.ts'
import type { DeclaredOperation } from '../../service/operation.ts'
import { fieldWords } from '../field-words.ts'
import { batchingWords, storeSheet, type World } from './world.ts'

/** What is known of an operation before its code runs: what goes in and comes out, and what its sheet promises. */
export function declaredFacts(world: World, operation: DeclaredOperation): Readonly<Record<string, string>> {
  const { manifest } = operation
  const of = world.sheet.operations.find(({ service, name }) => service === manifest.service && name === manifest.name)!
  const touchesData = of.transaction.is !== 'none'
  const service = world.runtime.manifest.services.find(({ name }) => name === manifest.service)!
  const [resource] = [...service.resources, ...service.uses]
  const store = resource === undefined ? undefined : storeSheet(world, world.runtime.models.get(resource)!.storeName)
  return {
    input: inputWords(operation),
    output: outputWords(manifest.output),
    body: 'code of the app: what it reads and writes is known only when it runs',
    transaction: touchesData ? `${of.transaction.says}; ${of.slots.says}; ${of.scans.says}` : of.transaction.says,
    ...(touchesData ? { isolation: of.isolation.says } : {}),
    repeats: of.idempotency.says,
    calls: of.calls.says,
    ...(store === undefined ? {} : { batching: batchingWords.commit(store), durability: store.durability.says }),
  }
}

function inputWords({ input, manifest: { method, path } }: DeclaredOperation): string {
  const inQuery = method === 'GET' || method === 'DELETE'
  const words = Object.entries(input).map(([name, field]) => {
    const place = path.includes(`{${name}}`) ? 'in the path' : inQuery ? 'in the query' : 'in the body'
    return `${name}, ${place}: ${fieldWords(field)}`
  })
  return words.length === 0 ? 'none' : words.join('; ')
}

function outputWords(output: OutputManifest): string {
  switch (output.kind) {
    case 'none':
      return 'none (204)'
    case 'row':
      return `one row of ${output.resource}`
    case 'fields':
      return fieldsWords(output.fields)
  }
}

function fieldsWords(fields: FieldRecord): string {
  return Object.entries(fields)
    .map(([name, field]) => `${name}: ${fieldWords(field)}`)
    .join('; ')
}
