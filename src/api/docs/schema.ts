import type { JsonSchema } from '../../core/json.ts'
import type { Components } from '../openapi/document.ts'
import { type Html, html, phrase } from './html.ts'

/** What a value may be, in words: `integer, 1 to 9`. References are links to the schema. */
export function typeOf(schema: JsonSchema): Html {
  if (typeof schema.$ref === 'string') {
    const name = nameOf(schema.$ref)
    return html`<a href="#schema-${name}">${name}</a>`
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (Array.isArray(schema.enum)) return enumOf(schema.enum)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) {
    const words = new Map(alternatives.map(typeOf).map((each) => [each.text, each]))
    return html`${[...words.values()].map((each, at) => html`${at > 0 && ' or '}${each}`)}`
  }
  if (schema.type === 'array') return html`list of ${typeOf((schema.items ?? {}) as JsonSchema)}${limitsOf(schema)}`
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type ?? 'any JSON']) as readonly string[]
  const words = types.map((type) => (type === 'string' ? (formats[String(schema.format)] ?? type) : type))
  return html`${words.join(' or ')}${limitsOf(schema)}`
}

const formats: Readonly<Record<string, string>> = {
  uuid: 'id (UUIDv7)',
  text: 'text',
  decimal: 'decimal in a string',
  bigint: '64-bit integer in a string',
  'date-time': 'timestamp (RFC 3339)',
  'date-time-micros': 'timestamp (RFC 3339), to the microsecond',
  date: 'date',
  base64url: 'base64url',
}

const valuesShown = 8

function enumOf(values: readonly unknown[]): Html {
  const list = html`${values.map((value, at) => html`${at > 0 && ', '}<code>${String(value)}</code>`)}`
  return values.length <= valuesShown
    ? html`${list}`
    : html`<details class="values"><summary>one of ${values.length}</summary>${list}</details>`
}

function limitsOf(schema: JsonSchema): Html {
  const limits = [
    range(schema.minimum, schema.maximum, ''),
    ...(Array.isArray(schema['x-range']) ? [range(schema['x-range'][0], schema['x-range'][1], '')] : []),
    range(schema.minLength, schema.maxLength, ' characters'),
    range(schema.minItems === 1 && schema.maxItems === undefined ? undefined : schema.minItems, schema.maxItems, ''),
  ].filter((text) => text !== '')
  // The other formats say in their name what their pattern says.
  const isFreeText = schema.format === undefined || schema.format === 'text'
  const pattern = isFreeText && typeof schema.pattern === 'string' ? withoutAnchors(schema.pattern) : undefined
  return html`${limits.map((text) => `, ${text}`)}${pattern !== undefined && html`, like <code>${pattern}</code>`}${
    schema.default !== undefined && html`, default <code>${JSON.stringify(schema.default)}</code>`
  }`
}

/** Readers take it for the whole value anyway. */
function withoutAnchors(pattern: string): string {
  return /^\^\(\?:(.*)\)\$$/s.exec(pattern)?.[1] ?? pattern.replace(/^\^/, '').replace(/\$$/, '')
}

function range(least: unknown, most: unknown, unit: string): string {
  // The ends of the kind itself say nothing about the field.
  const [from, to] = [least, most].map((limit) =>
    limit === undefined || Math.abs(Number(limit)) >= Number.MAX_SAFE_INTEGER ? undefined : String(limit),
  )
  if (from === undefined && to === undefined) return ''
  if (from === '1' && to === undefined && unit !== '') return 'not empty'
  if (from === to) return `exactly ${from}${unit}`
  if (from === undefined) return `at most ${to}${unit}`
  return to === undefined ? `at least ${from}${unit}` : `${from} to ${to}${unit}`
}

/** The members of an object as rows of a table, those of objects in it under names with a dot. */
export function membersTable(schema: JsonSchema, components: Components): Html {
  const rows = members(resolved(schema, components), '')
  if (rows.length === 0) return html`<p>${typeOf(schema)}</p>`
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">About</th></tr></thead>
<tbody>${rows.map(
    ({ name, isRequired, schema: of }) =>
      html`<tr><td><code>${name}</code>${isRequired && requiredMark}</td><td>${typeOf(of)}</td><td>${phrase(String(of.description ?? ''))}</td></tr>\n`,
  )}</tbody></table></div>`
}

export const requiredMark: Html = html` <span class="required" title="required">required</span>`

interface Member {
  readonly name: string
  readonly isRequired: boolean
  readonly schema: JsonSchema
}

function members(schema: JsonSchema, prefix: string): readonly Member[] {
  const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>)
  const required = new Set((schema.required ?? []) as readonly string[])
  return properties.flatMap(([name, property]) => {
    const own = { name: `${prefix}${name}`, isRequired: required.has(name), schema: property }
    const items = property.type === 'array' ? ((property.items ?? {}) as JsonSchema) : property
    const inner = items.properties === undefined ? [] : members(items, `${own.name}${items === property ? '' : '[]'}.`)
    const variants = (Array.isArray(items.oneOf) ? items.oneOf : []) as readonly JsonSchema[]
    return [own, ...inner, ...variants.flatMap((each) => members(each, `${own.name}[].`))]
  })
}

export function resolved<Value extends object>(
  value: Value | { readonly $ref: string },
  components: Components,
): Value {
  if (!('$ref' in value) || typeof value.$ref !== 'string') return value as Value
  const kind = value.$ref.split('/')[2] as keyof Components
  return components[kind][nameOf(value.$ref)] as Value
}

function nameOf(reference: string): string {
  return reference.split('/').at(-1)!
}
