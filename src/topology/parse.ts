import type { Finding } from '../app/review/finding.ts'
import { compileSchema } from '../app/validator.ts'
import { topologyFindings } from './check/codes.ts'
import type { ExternalTopology } from './external.ts'
import { topologyShape } from './schema.ts'
import type { ApiTopology, ResourceTopology, StoreTopology, Topology } from './topology.ts'

export type Parsed =
  | { readonly topology: Topology; readonly findings: readonly [] }
  | { readonly topology: undefined; readonly findings: readonly Finding[] }

/** The topology in what a file holds, or what is wrong with its form. Names and options are compared by `check`. */
export function parseTopology(value: unknown): Parsed {
  const issues = isValid(value)
  if (issues.length > 0) {
    const findings = issues.map(({ pointer = '', detail }) =>
      topologyFindings.TOPOLOGY_FORM(`topology${pointer}`, reasonOf(pointer, detail), mendOf(pointer)),
    )
    return { topology: undefined, findings }
  }
  const { stores, resources = {}, identity, api, externals } = value as File
  const whole = Object.entries(stores).map(
    ([name, store]) => [name, { ...store, options: store.options ?? {} }] as const,
  )
  return {
    topology: {
      stores: Object.fromEntries(whole),
      resources,
      ...(identity === undefined ? {} : { identity }),
      ...(api === undefined ? {} : { api }),
      ...(externals === undefined ? {} : { externals }),
    },
    findings: [],
  }
}

const isValid = compileSchema(topologyShape)

interface File {
  readonly stores: Readonly<Record<string, Omit<StoreTopology, 'options'> & Partial<Pick<StoreTopology, 'options'>>>>
  readonly resources?: Readonly<Record<string, ResourceTopology>>
  readonly identity?: { readonly driver: string }
  readonly api?: ApiTopology
  readonly externals?: Readonly<Record<string, ExternalTopology>>
}

function reasonOf(pointer: string, detail: string): string {
  return `${pointer === '' ? 'the topology' : lastName(pointer)} ${detail}`
}

/** The last name of a JSON pointer (RFC 6901). */
export function lastName(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
}

/** What may be written where the fault is. */
function mendOf(pointer: string): string {
  const [, part, name, word] = pointer.split('/')
  if (part === 'stores' && word !== undefined) return 'A store has driver, options, volatile and batching.'
  if (part === 'stores') {
    return name === undefined
      ? 'Name at least one store: { "stores": { "main": { "driver": "sqlite" } } }.'
      : 'Name a store with small letters and digits, and its driver: "main": { "driver": "sqlite" }.'
  }
  if (part === 'resources') return 'Say where the rows live: "resources": { "orders": { "store": "main" } }.'
  if (part === 'externals') {
    return 'Say where it is: "externals": { "pricing": { "url": "https://pricing.example" } }; beside url it has plaintext, token, timeout, retries, bytesMax and breaker.'
  }
  if (part === 'api') return 'Origins are scheme and host: "api": { "cors": { "origins": ["https://example.com"] } }.'
  if (part === 'identity') return 'Name the driver: "identity": { "driver": "development" }.'
  return 'A topology has stores, resources and identity.'
}
