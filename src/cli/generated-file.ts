import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { cliErrors } from './errors.ts'
import { shownPath } from './user-error.ts'

export interface GeneratedFile {
  readonly path: string
  readonly text: string
  /** How every file of its kind begins: one that begins otherwise is somebody's own. Without it every one is, once it is written. */
  readonly mark?: string
  /** What makes it. */
  readonly command: string
}

/**
 * Writes a file that a command makes, if it has changed. Throws USAGE where something else has this name, unless that may go.
 * `tell`: what is said of it.
 */
export function writeGenerated(
  file: GeneratedFile,
  { force = false, tell = told }: { readonly force?: boolean; readonly tell?: typeof told } = {},
): void {
  const { path, text, mark } = file
  const known = contentOf(path)
  if (known === text) {
    tell(path, 'is up to date already')
    return
  }
  const isOurs = known === undefined || known.trim() === '' || (mark !== undefined && known.startsWith(mark))
  if (!isOurs && !force) {
    throw cliErrors.USAGE(
      mark === undefined
        ? `${shownPath(path)} is there, and may have been changed since; name another file, or write over it with --force`
        : `${shownPath(path)} is there and was not made by this command; name another file, or delete it`,
    )
  }
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  } catch (cause) {
    throw cliErrors.USAGE(`${shownPath(path)} cannot be written: ${(cause as Error).message}`, { cause })
  }
  tell(path, 'is written')
}

/** Throws FILE_STALE where the file is not what the command would write. */
export function checkGenerated({ path, text, command }: GeneratedFile): void {
  const known = contentOf(path)
  // A checkout may have given it other line ends.
  if (known?.replaceAll('\r\n', '\n') !== text) {
    const what = known === undefined ? 'is not there' : 'is not up to date'
    throw cliErrors.FILE_STALE(`${shownPath(path)} ${what}; write it with ${command}`)
  }
  told(path, 'is up to date')
}

function contentOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined
  if (!statSync(path).isFile()) throw cliErrors.USAGE(`${shownPath(path)} is no file`)
  return readFileSync(path, 'utf8')
}

function told(path: string, what: string): void {
  console.log(`${shownPath(path)} ${what}.`)
}
