import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { cliErrors } from './errors.ts'
import { shownPath, tellsPlace, UserError, userErrorText } from './user-error.ts'

/** The default export of a file of the project. Throws a UserError with the place of what is wrong in it. */
export async function loadDefault(path: string): Promise<unknown> {
  if (!existsSync(path)) throw cliErrors.APP_UNREADABLE(`there is no ${shownPath(path)}`)
  try {
    return ((await import(pathToFileURL(path).href)) as { readonly default?: unknown }).default
  } catch (cause) {
    const text = tellsPlace(cause) ? userErrorText(cause) : (textOfSyntaxError(path, cause) ?? userErrorText(cause))
    throw new UserError(`${shownPath(path)} cannot be loaded`, text, cause)
  }
}

/**
 * For some syntax errors Node keeps the place to itself until nobody catches them, so another process fails on the file again.
 * Nothing of the project runs there: files are parsed before any of them is run.
 */
function textOfSyntaxError(path: string, error: unknown): string | undefined {
  if (!(error instanceof SyntaxError)) return undefined
  const program = `await import(${JSON.stringify(pathToFileURL(path).href)})`
  const { stderr } = spawnSync(process.execPath, [...process.execArgv, '--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  const told = { name: error.name, message: error.message, stack: stderr }
  return tellsPlace(told) ? userErrorText(told) : undefined
}
