import { wrapped } from '../../topology/text.ts'
import { unionOf } from './text-literal.ts'

export interface Member {
  /** With its type: `readonly seats: number`. */
  readonly text: string
  readonly doc?: string | undefined
}

/** The widest line of code, as formatters have it. */
const widthMax = 120

/** A declared interface as TypeScript. `picked`: methods of another that it has too. */
export function interfaceText(name: string, doc: string, members: readonly Member[], picked?: Picked): string {
  const body = members.flatMap((member) => [...docLines(member.doc, '  '), `  ${member.text}`])
  const head = [`export interface ${name}`, ...(picked === undefined ? [] : extension(name, picked))].join('')
  return [...docLines(doc, ''), ...(body.length === 0 ? [`${head} {}`] : [`${head} {`, ...body, '}'])].join('\n')
}

interface Picked {
  readonly from: string
  readonly methods: readonly string[]
}

function extension(name: string, { from, methods }: Picked): string {
  const line = ` extends Pick<${from}, ${unionOf(methods)}>`
  if (`export interface ${name}${line} {`.length <= widthMax) return line
  return `\n  extends Pick<\n    ${from},\n    ${unionOf(methods)}\n  >`
}

/** A member whose type may be a long union. */
export function typedMember(name: string, type: string): string {
  const line = `readonly ${name}: ${type}`
  const alternatives = type.split(/ \| (?=')/)
  if (line.length + 2 <= widthMax || alternatives.length === 1) return line
  return [`readonly ${name}:`, ...alternatives.map((one) => `    | ${one}`)].join('\n')
}

/** A method as a member. */
export function methodMember(name: string, parameters: readonly string[], result: string): string {
  const line = `${name}(${parameters.join(', ')}): ${result}`
  if (line.length + 2 <= widthMax) return line
  return [`${name}(`, ...parameters.map((parameter) => `    ${parameter},`), `  ): ${result}`].join('\n')
}

/** A comment for editors, in lines. */
export function docLines(doc: string | undefined, indent: string): readonly string[] {
  const words = doc?.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ').trim()
  if (words === undefined || words === '') return []
  const line = `${indent}/** ${words} */`
  return line.length <= 120
    ? [line]
    : [`${indent}/**`, ...wrapped(words, `${indent} * `, `${indent} * `), `${indent} */`]
}
