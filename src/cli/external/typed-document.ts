import type { ExternalCall, ExternalManifest } from '../../app/external/manifest.ts'
import type { JsonSchema } from '../../core/json.ts'
import { type TypeNames, typeNames } from '../typescript/names.ts'
import { objectMembers, type SchemaWords, schemaType } from '../typescript/schema-type.ts'
import { docLines, interfaceText } from '../typescript/type-text.ts'
import { prunedDocument } from './pruned.ts'

/** How the file begins, whatever it is made of. */
export const mark = '// Made by `banyan external`'

export interface Source {
  /** The file, as the user named it. */
  readonly file: string
  readonly document: object
}

/** An external service as a TypeScript value, typed by its document. The same document gives the same bytes. */
export function typedDocument(manifest: ExternalManifest, { file, document }: Source, version: string): string {
  const { name, calls, schemas } = manifest
  const value = identifier(name)
  const type = `${value.charAt(0).toUpperCase()}${value.slice(1)}Calls`
  const names = typeNames([type])
  const pruned = prunedDocument(document as Readonly<Record<string, unknown>>, Object.values(calls))
  const kept = (pruned.components as { readonly schemas?: object }).schemas ?? {}
  const words: SchemaWords = {
    unknown: 'unknown',
    nameOf: (ref) => {
      const key = ref.replace('#/components/schemas/', '').replaceAll('~1', '/').replaceAll('~0', '~')
      return Object.hasOwn(schemas, key) ? componentName(key, names) : undefined
    },
  }
  // Components first, so that they have the names of the document.
  const components = Object.keys(kept).map((key) => declaration(componentName(key, names), schemas[key]!, words))
  const inputs = Object.entries(calls).map(([call, { input }]) => declaration(names.of(call, 'Input'), input, words))
  const members = Object.entries(calls).flatMap(([call, declared]) => [
    ...docLines([declared.description, `${declared.method} ${declared.path}`].filter(Boolean).join('. '), '  '),
    `  readonly ${call}: { readonly input: ${names.of(call, 'Input')}; readonly output: ${outputType(declared, words)} }`,
  ])
  const parts = [
    `${mark} ${version} from ${file}. Do not edit it: make it again when the document has changed.`,
    '/* eslint-disable */\n// biome-ignore-all format: as it was made\n// biome-ignore-all lint: as it was made',
    "import { external } from 'banyan'",
    [`export type ${type} = {`, ...members, '}'].join('\n'),
    ...inputs,
    ...components,
    `const document = ${JSON.stringify(pruned, null, 2)}`,
    `export const ${value} = external<'${name}', ${type}>('${name}', document)`,
  ]
  return `${parts.join('\n\n')}\n`
}

function declaration(name: string, schema: JsonSchema, words: SchemaWords): string {
  const isPlain = schema.type === 'object' && !['allOf', 'anyOf', 'oneOf'].some((word) => word in schema)
  const doc = typeof schema.description === 'string' ? schema.description : ''
  if (isPlain) return interfaceText(name, doc, objectMembers(schema, words))
  return [...docLines(doc, ''), `export type ${name} = ${schemaType(schema, words)}`].join('\n')
}

function outputType({ answers }: ExternalCall, words: SchemaWords): string {
  const types = Object.values(answers).map((schema) => (schema === null ? 'undefined' : schemaType(schema, words)))
  return [...new Set(types)].join(' | ')
}

/** `quote.Line` is `QuoteLine`. */
function componentName(key: string, names: TypeNames): string {
  const name = names.of(...key.split(/[^A-Za-z0-9_]+/).filter((word) => word !== ''))
  return /^[A-Za-z_]/.test(name) ? name : `Type${name}`
}

function identifier(name: string): string {
  return name.replaceAll(/-+(.)/g, (_, letter: string) => letter.toUpperCase())
}
