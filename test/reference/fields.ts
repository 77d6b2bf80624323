import { readFileSync } from 'node:fs'
import { table } from './table.ts'

const source = readFileSync(new URL('../../src/app/field.ts', import.meta.url), 'utf8')

/** The page of field types, from the declarations of `t` and of their options with what is said of them there. */
export function fieldsPage(): string {
  const kinds = membersOf(block('export const t = {')).map(({ name, says, code }) => ({
    name,
    says,
    takes: takenBy(name, code),
    value: /\): (?:Json)?Field<(\w+)/.exec(code)?.[1] ?? 'string',
    options: optionsOf(code),
  }))
  return `# Fields

The types of fields, \`t\` of \`banyan\`. Values have one form everywhere: in handlers, in the API and on every engine. Each takes its
options last: \`t.text({ maxLength: 200, optional: true })\`. [The guide](../guides/model.md) shows how they make a model.

${table(
  ['field', 'in TypeScript', 'holds'],
  kinds.map(({ name, takes, value, says }) => [`\`t.${name}(${takes})\``, `\`${value}\``, says]),
)}

## Options of every field

${optionsTable('FieldOptions')}

## More options

${kinds
  .filter(({ options }) => options !== undefined)
  .map(({ name, options }) => `### t.${name}\n\n${optionsTable(options!)}`)
  .join('\n\n')}
`
}

interface Member {
  readonly name: string
  readonly says: string
  readonly code: string
}

/** The text of a declaration's body. */
function block(begin: string): string {
  const from = source.indexOf(begin)
  if (from === -1) throw new Error(`src/app/field.ts no longer has: ${begin}`)
  return source.slice(from + begin.length, source.indexOf('\n}', from))
}

/** The members of a body at its first level, each with its comment. */
function membersOf(body: string): readonly Member[] {
  const pattern =
    /^ {2}(?:\/\*\*(?<says>(?:(?!\*\/)[\s\S])*)\*\/\n {2})?(?:readonly )?(?<name>\w+)\??: ?(?<code>(?:.*)(?:\n {3,}.*|\n {2}[)}\]>].*)*)/gm
  return [...body.matchAll(pattern)].map(({ groups }) => ({
    name: groups!.name!,
    says: (groups!.says ?? '').replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim(),
    code: groups!.code!,
  }))
}

function optionsTable(name: string): string {
  const begin = new RegExp(`export interface ${name}(<Value>)?( extends [^{]+)? \\{`).exec(source)?.[0]
  if (begin === undefined) throw new Error(`src/app/field.ts no longer has the options ${name}`)
  const rows = membersOf(block(begin)).map(({ name: option, code, says }) => {
    const type = code.trim()
    return [`\`${option}\``, type === 'Value' ? 'the value' : `\`${type}\``, says]
  })
  return table(['option', 'type', 'means'], rows)
}

/** What a field takes beside the options of every field, by the name of their interface. */
function optionsOf(code: string): string | undefined {
  const name = /extends (\w+Options)/.exec(code)?.[1]
  return name === 'FieldOptions' ? undefined : name
}

/** The parameters before the options, as one writes them. */
function takenBy(name: string, code: string): string {
  if (name === 'enum') return '…values'
  const parameters = /\(([^()]*)\): /.exec(code)?.[1] ?? ''
  return [...parameters.matchAll(/(\w+): /g)].map(([, parameter]) => parameter).join(', ')
}
