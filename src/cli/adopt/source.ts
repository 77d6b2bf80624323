import type { FieldDeclaration } from '../../app/field.ts'
import { printable } from '../../core/printable.ts'
import { tableText } from '../../data/adoption/found.ts'
import type { LeftOut, Proposal, ProposedResource } from './proposal.ts'

/** The widest line of code, as formatters have it. */
const widthMax = 120

/** The file of a proposal: a resource for each table, and a service that owns them. */
export function adoptedSource({ resources, leftOut }: Proposal, command: string): string {
  const variables = resources.map(({ variable }) => variable)
  const head = [
    `// Written by ${printable(command)}. It is yours from here on: open what is to be open, and leave out what is not.`,
    ...(leftOut.length === 0 ? [] : ['//', '// Tables that are left out:', ...leftOut.map(leftOutText)]),
    '',
    "import { resource, service, t } from 'banyan'",
  ]
  return `${[head.join('\n'), ...resources.map(resourceText), serviceText(variables)].join('\n\n')}\n`
}

function serviceText(variables: readonly string[]): string {
  const line = `  resources: ${inlineObject(variables)},`
  const owned = line.length <= widthMax ? [line] : block('  resources: {', variables, '  },').split('\n')
  return ["export const adopted = service('adopted', {", ...owned, '})'].join('\n')
}

function leftOutText({ what, reason, mend }: LeftOut): string {
  return `//   ${printable(`${what}: ${reason}.${mend === undefined ? '' : ` ${mend}`}`)}`
}

function resourceText(resource: ProposedResource): string {
  const { name, variable, table, fields, paths, leftOut, notes } = resource
  const members = Object.entries(fields).map(([field, declaration]) => `${field}: ${fieldText(declaration)}`)
  const declared =
    members.length === 0 ? `resource(${quoted(name)}, {})` : block(`resource(${quoted(name)}, {`, members, '})')
  const about = [
    `// The table ${printable(tableText(table))}. Nobody may do anything yet: .access({ read: signedIn, write: role('…') })`,
    ...notes.map((note) => `// ${printable(note)}`),
    ...leftOut.map(({ what, reason }) => `// left out: ${printable(`${what}: ${reason}`)}`),
  ]
  const chain = [...paths.map((path) => `.index(${path.map(quoted).join(', ')})`), adoptText(resource), '.access({})']
  return [...about, `export const ${variable} = ${declared}`, ...chain.map((part) => `  ${part}`)].join('\n')
}

/** `resource('x', {` with a member on each line. */
function block(open: string, members: readonly string[], close: string): string {
  return [open, ...members.map((member) => `  ${member},`), close].join('\n')
}

function adoptText({ adopted }: ProposedResource): string {
  const { schema, table, key, columns, version, unordered, lacks } = adopted
  const isPlain = !schema.includes('.') && !(schema === 'public' && table.includes('.'))
  const named = Object.entries(columns).map(([field, column]) => `${field}: ${quoted(column)}`)
  const where =
    schema === 'public' && isPlain
      ? quoted(table)
      : isPlain
        ? quoted(`${schema}.${table}`)
        : `[${quoted(schema)}, ${quoted(table)}]`
  const members = [
    `table: ${where}`,
    ...(key === undefined ? [] : [`key: ${quoted(key)}`]),
    ...(named.length === 0 ? [] : [`columns: ${inlineObject(named)}`]),
    `version: ${quoted(version)}`,
    ...(unordered.length === 0 ? [] : [`unordered: [${unordered.map(quoted).join(', ')}]`]),
    ...(lacks.length === 0 ? [] : [`lacks: [${lacks.map(quoted).join(', ')}]`]),
  ]
  const line = `.adopt(${inlineObject(members)})`
  if (line.length + 2 <= widthMax) return line
  const broken = members.flatMap((member) => {
    if (member.length + 5 <= widthMax) return [`    ${member},`]
    if (member.startsWith('columns: ')) return ['    columns: {', ...named.map((each) => `      ${each},`), '    },']
    const [word, ...rest] = member.split(': [')
    const items = rest.join(': [').slice(0, -1).split(', ')
    return [`    ${word}: [`, ...items.map((item) => `      ${item},`), '    ],']
  })
  return ['.adopt({', ...broken, '  })'].join('\n')
}

function fieldText(field: FieldDeclaration): string {
  const options = optionsOf(field)
  const tail = options.length === 0 ? [] : [inlineObject(options)]
  switch (field.kind) {
    case 'enum': {
      const values = field.values.map(quoted)
      const [list, ...rest] = options.length === 0 ? [values] : [[`[${values.join(', ')}]`], ...tail]
      return wrapped('t.enum', [...list!, ...rest], values, options)
    }
    case 'ref':
      return `t.ref(${[quoted(field.target), ...tail].join(', ')})`
    case 'decimal':
      return `t.decimal(${[field.precision, field.scale, ...tail].join(', ')})`
    default:
      return `t.${field.kind}(${tail.join('')})`
  }
}

/** An enum with many values stands on many lines. */
function wrapped(
  name: string,
  parts: readonly string[],
  values: readonly string[],
  options: readonly string[],
): string {
  const line = `${name}(${parts.join(', ')})`
  if (line.length <= 80) return line
  if (options.length === 0) return [`${name}(`, ...values.map((value) => `    ${value},`), '  )'].join('\n')
  return [
    `${name}(`,
    '    [',
    ...values.map((value) => `      ${value},`),
    '    ],',
    `    ${inlineObject(options)},`,
    '  )',
  ].join('\n')
}

function optionsOf(field: FieldDeclaration): readonly string[] {
  const { optional, unique } = field
  return [
    ...ownOptions(field),
    ...(optional ? ['optional: true'] : []),
    ...(unique ? ['unique: true'] : []),
    ...(field.default === undefined
      ? []
      : [`default: ${typeof field.default === 'string' ? quoted(field.default) : String(field.default)}`]),
  ]
}

function ownOptions(field: FieldDeclaration): readonly string[] {
  switch (field.kind) {
    case 'id':
      return field.form === undefined ? [] : [`form: ${quoted(field.form)}`]
    case 'text':
      return [
        ...(field.minLength === undefined ? [] : [`minLength: ${field.minLength}`]),
        `maxLength: ${grouped(field.maxLength)}`,
      ]
    case 'timestamp':
      return field.microseconds ? ['microseconds: true'] : []
    case 'json':
    case 'bytes':
      return [`maxBytes: ${grouped(field.maxBytes)}`]
    case 'ref':
      return field.onDelete === 'restrict' ? [] : [`onDelete: ${quoted(field.onDelete)}`]
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'boolean':
    case 'date':
    case 'enum':
      return []
  }
}

/** `1_000_000`. */
function grouped(number: number): string {
  return Math.abs(number) < 10_000 ? String(number) : String(number).replaceAll(/\B(?=(\d{3})+$)/g, '_')
}

function inlineObject(members: readonly string[]): string {
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** A text as formatters have it: in the quotation marks that need fewer escapes, apostrophes first. */
function quoted(text: string): string {
  const json = JSON.stringify(text).replaceAll(/[\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...character].map((each) => `\\u{${each.codePointAt(0)!.toString(16)}}`).join(''),
  )
  const count = (mark: string) => text.split(mark).length - 1
  if (count("'") > count('"')) return json
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
