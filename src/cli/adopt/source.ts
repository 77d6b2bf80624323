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
  const members = Object.entries(fields).map(([field, declaration]) => memberText(field, declaration))
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
  const named = Object.entries(columns).map(([field, column]) => `${field}: ${quoted(column)}`)
  const members: readonly Member[] = [
    { text: `table: ${tableLiteral(schema, table)}` },
    ...(key === undefined ? [] : [{ text: `key: ${quoted(key)}` }]),
    ...(named.length === 0 ? [] : [{ text: `columns: ${inlineObject(named)}`, lines: ['columns: {', ...named, '}'] }]),
    { text: `version: ${quoted(version)}` },
    ...listMember('unordered', unordered),
    ...listMember('lacks', lacks),
  ]
  const line = `.adopt(${inlineObject(members.map(({ text }) => text))})`
  if (line.length + 2 <= widthMax) return line
  const broken = members.flatMap(({ text, lines }) => {
    if (lines === undefined || text.length + 5 <= widthMax) return [`    ${text},`]
    const [open, ...rest] = lines
    return [`    ${open}`, ...rest.slice(0, -1).map((each) => `      ${each},`), `    ${rest.at(-1)},`]
  })
  return ['.adopt({', ...broken, '  })'].join('\n')
}

/** A member of an object, and its lines where it is too long for one. */
interface Member {
  readonly text: string
  readonly lines?: readonly string[]
}

function listMember(name: string, values: readonly string[]): readonly Member[] {
  if (values.length === 0) return []
  const all = values.map(quoted)
  return [{ text: `${name}: [${all.join(', ')}]`, lines: [`${name}: [`, ...all, ']'] }]
}

function tableLiteral(schema: string, table: string): string {
  if (schema === 'public' && !table.includes('.')) return quoted(table)
  return schema.includes('.') || schema === '' ? `[${quoted(schema)}, ${quoted(table)}]` : quoted(`${schema}.${table}`)
}

function memberText(name: string, field: FieldDeclaration): string {
  const options = optionsOf(field)
  const args = argumentsOf(field, options.length > 0)
  const given = [...args, ...(options.length === 0 ? [] : [inlineObject(options)])]
  const call = `${name}: t.${field.kind}(`
  const line = `${call}${given.join(', ')})`
  if (line.length + 3 <= widthMax) return line
  if (options.length > 0) {
    const open = [call + args.join(', '), '{'].join(args.length === 0 ? '' : ', ')
    if (open.length + 2 <= widthMax) return [open, ...options.map(optionLine), '  })'].join('\n')
  }
  const lines = given.map((each) => {
    const isWide = field.kind === 'enum' && each.startsWith('[') && each.length + 5 > widthMax
    return isWide
      ? `    [\n${field.values.map((value) => `      ${quoted(value)},`).join('\n')}\n    ],`
      : `    ${each},`
  })
  return [call, ...lines, '  )'].join('\n')
}

/** A long default stands on a line of its own. */
function optionLine(option: string): string {
  return option.length + 5 <= widthMax ? `    ${option},` : `    ${option.replace(': ', ':\n      ')},`
}

/** What stands before the options; the values of an enum are a list where there are some. */
function argumentsOf(field: FieldDeclaration, hasOptions: boolean): readonly string[] {
  switch (field.kind) {
    case 'enum': {
      const values = field.values.map(quoted)
      return hasOptions ? [`[${values.join(', ')}]`] : values
    }
    case 'ref':
      return [quoted(field.target)]
    case 'decimal':
      return [String(field.precision), String(field.scale)]
    default:
      return []
  }
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
