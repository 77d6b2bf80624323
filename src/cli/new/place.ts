import { readdirSync, statSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename, resolve } from 'node:path'
import { cliErrors } from '../errors.ts'
import { shownPath } from '../user-error.ts'
import { templatePackages } from './template.ts'

/** Where a new app comes to be, and its name: of the package, of the app in it, and of its image. */
export interface Place {
  readonly path: string
  readonly name: string
}

/** Throws USAGE where the folder's name is none for an app, or something is there already. */
export function placeOf(folder: string): Place {
  if (folder === '') throw cliErrors.USAGE('the folder has no name; for example: banyan new shop')
  const path = resolve(folder)
  const name = basename(path)
  const fault = faultOf(name)
  if (fault !== undefined) {
    const like = suggestion(name)
    throw cliErrors.USAGE(
      `${JSON.stringify(name)} cannot be the name of an app: ${fault}${like === undefined ? '' : `; for example: banyan new ${like}`}`,
    )
  }
  refuseUnlessEmpty(path)
  return { path, name }
}

// What npm allows for a package, an image may be called, and an app as well.
const pattern = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/
const lengthMax = 63

function faultOf(name: string): string | undefined {
  if (!pattern.test(name) || name.length > lengthMax)
    return `it has small letters and digits, joined by single "-" or "_", begins with a letter, and has ${lengthMax} characters at most`
  if (name === 'node_modules' || builtinModules.includes(name)) return 'Node has another meaning for it'
  if (templatePackages().includes(name)) return 'it is the name of a package that the app uses'
  return undefined
}

/** The nearest name that would do. */
function suggestion(name: string): string | undefined {
  const like = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/[-_]{2,}/g, '-')
    .slice(0, lengthMax)
    .replaceAll(/^[^a-z]+|[-_]+$/g, '')
  if (like === '') return undefined
  return faultOf(like) === undefined ? like : `${like}-app`
}

const shownMax = 3

function refuseUnlessEmpty(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isDirectory()) throw cliErrors.USAGE(`${shownPath(path)} is a file; name another folder`)
  // A repository that was just begun is empty enough.
  const names = readdirSync(path).filter((name) => name !== '.git')
  if (names.length === 0) return
  const more = names.length > shownMax ? ` and ${names.length - shownMax} more` : ''
  throw cliErrors.USAGE(
    `${shownPath(path)} is not empty: it has ${names.slice(0, shownMax).join(', ')}${more}; name a new folder, or empty it`,
  )
}
