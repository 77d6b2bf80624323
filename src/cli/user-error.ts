import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A failure of the project's own code. `text` shows it as its author wants to see it; our stack would only hide it. */
export class UserError extends Error {
  readonly text: string

  constructor(message: string, text: string, cause: unknown) {
    super(message, { cause })
    this.text = text
  }
}

/** What an error says, and the places in the project's own files, nearest first. */
export function userErrorText(error: unknown): string {
  if (!isErrorLike(error)) return `thrown was ${String(error)}, which is not an error`
  const excerpt = excerptOf(error)
  const what = `${error.name}: ${error.message}`
  const lines =
    excerpt === undefined
      ? [what, ...placesOf(error).map((place) => `  at ${place}`)]
      : // Below the excerpt the stack has only the loaders of modules.
        [...excerpt, '', what]
  if (isErrorLike(error.cause)) lines.push(`caused by ${userErrorText(error.cause)}`)
  return lines.join('\n')
}

/** Whether an error tells a place in a file of the project. */
export function tellsPlace(error: unknown): boolean {
  return isErrorLike(error) && (excerptOf(error) !== undefined || placesOf(error).length > 0)
}

/** A path as short as it can be said here. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') ? path : short
}

interface ErrorLike {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly cause?: unknown
}

function isErrorLike(error: unknown): error is ErrorLike {
  return typeof error === 'object' && error !== null && typeof (error as Partial<ErrorLike>).message === 'string'
}

/** The line that cannot be parsed, as Node sets it before the stack: the place, the line, and marks below it. */
function excerptOf({ stack = '' }: ErrorLike): readonly string[] | undefined {
  const [first = '', ...rest] = stack.trimStart().split('\n')
  const match = /^(?!node:)(\S.*):(\d+)$/.exec(first)
  if (match === null) return undefined
  const [, file, line] = match
  const marksAt = rest.findIndex((text) => /^\s*\^+\s*$/.test(text))
  // Where a file ends too early Node marks nothing, and tells its first line.
  return marksAt === -1
    ? [shownPath(pathOf(file!))]
    : [`${shownPath(pathOf(file!))}:${line}`, ...rest.slice(0, marksAt + 1)]
}

const framePattern =
  /^\s+at (?:async )?(?:(?<name>.+) \()?(?<file>(?:file:\/\/|\/|[A-Za-z]:\\)[^()]*):(?<line>\d+):(?<column>\d+)\)?$/
const placesMax = 5

/** `app.ts:12:5 in createApp`: frames of Node, of Banyan and of packages tell the author nothing. */
function placesOf({ stack = '' }: ErrorLike): readonly string[] {
  const places = stack.split('\n').flatMap((text) => {
    const match = framePattern.exec(text)
    if (match === null) return []
    const { name, file = '', line, column } = match.groups as Readonly<Record<string, string | undefined>>
    const path = pathOf(file)
    if (path.startsWith(ours) || path.includes(`${sep}node_modules${sep}`)) return []
    return [`${shownPath(path)}:${line}:${column}${name === undefined ? '' : ` in ${name}`}`]
  })
  return places.slice(0, placesMax)
}

/** Where Banyan's own files are, compiled or not. */
const ours = fileURLToPath(new URL('..', import.meta.url))

function pathOf(file: string): string {
  return file.startsWith('file://') ? fileURLToPath(file) : file
}
