import type { JsonSchema } from '../../src/core/json.ts'
import { presets } from '../../src/topology/presets.ts'
import type { Registry } from '../../src/topology/registry.ts'
import { topologySchema } from '../../src/topology/schema.ts'
import { table } from './table.ts'

/** The page of a topology file, from its schema. */
export function topologyPage(registry: Registry): string {
  const drivers = Object.entries(registry.stores).map(([name, { options }]) => {
    const own = membersOf(options, '')
    return `### ${name}\n\n${own.length === 0 ? 'It has no options.' : table(['option', ...columns], own.map(cellsOf))}`
  })
  return `# Topology

How an app runs, as JSON or as a value that \`topology(…)\` of \`banyan\` makes. \`topology.schema.json\` of the package lets editors complete
and check it. Presets: ${Object.keys(presets)
    .map((name) => `\`${name}\``)
    .join(', ')}. [The guide](../guides/topology.md) shows how they are used.

${table(['member', ...columns], topologyMembers(registry).map(cellsOf))}

\`NAME\` stands for a name that you choose. What is required is so only where the member around it is given.

## Options of stores

${drivers.join('\n\n')}
`
}

/** Every member of a topology file, and what is said of it. */
export function topologyMembers(registry: Registry): readonly Member[] {
  return membersOf(topologySchema(registry), '')
}

const columns = ['type', 'means', 'without it']

export interface Member {
  readonly path: string
  readonly type: string
  readonly means: string
  readonly without: string
}

function cellsOf({ path, type, means, without }: Member): readonly string[] {
  return [`\`${path}\``, type, means, without]
}

/** What of JSON Schema the topology and the options of drivers use. */
interface Shape {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly items?: Shape
  readonly properties?: Readonly<Record<string, Shape>>
  readonly patternProperties?: Readonly<Record<string, Shape>>
  readonly additionalProperties?: boolean | Shape
  readonly required?: readonly string[]
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
}

function membersOf(schema: JsonSchema, path: string): readonly Member[] {
  const { properties = {}, patternProperties = {}, additionalProperties, required = [] } = schema as Shape
  const named = Object.entries(properties).filter(([name]) => name !== '$schema')
  const chosen = [
    ...Object.values(patternProperties),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ].map((inner) => ['NAME', inner] as const)
  return [...named, ...chosen].flatMap(([name, inner]) => {
    const at = path === '' ? name : `${path}.${name}`
    const { description: means = '', default: value } = inner
    const without = required.includes(name) ? 'required' : value === undefined ? '' : `\`${JSON.stringify(value)}\``
    const below = membersOf(inner as JsonSchema, at)
    // What is chosen is a name; the member around it says what is named.
    return [...(name === 'NAME' && means === '' ? [] : [{ path: at, type: typeOf(inner), means, without }]), ...below]
  })
}

function typeOf(shape: Shape): string {
  const { type, enum: values, items, anyOf, oneOf, minItems, maxItems, minimum, maximum } = shape
  const several = anyOf ?? oneOf
  if (several !== undefined) return several.map(typeOf).join(' or ')
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(' or ')
  if (items !== undefined) return `list of ${typeOf(items)}${rangeText(minItems, maxItems)}`
  return `${type === 'string' ? 'text' : (type ?? 'anything')}${rangeText(minimum, maximum)}`
}

function rangeText(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}`
  if (least !== undefined) return `, at least ${least}`
  return most === undefined ? '' : `, at most ${most}`
}
