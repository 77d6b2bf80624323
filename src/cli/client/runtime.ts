import { readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** Where Banyan's own sources lie: beside this file, or beside `dist` in a package, which brings those of the client along. */
const sources = new URL('../../../src/', import.meta.url)

/** What a client consists of beside its types and routes: the very modules that the inferred client runs on. */
const entries = ['client/proxy.ts', 'client/session.ts', 'client/resource-methods.ts']

/** Single types of modules that are of the server otherwise. */
const types = {
  Filter: 'app/handle.ts',
  Page: 'app/handle.ts',
  Json: 'core/json.ts',
  Total: 'app/total.ts',
  TotalKind: 'app/total.ts',
}

/** These modules are made for each app. */
const replaced: ReadonlySet<string> = new Set(['client/error-code.ts'])

export interface ClientRuntime {
  /** Modules behind what they import, without imports and exports. */
  readonly text: string
  /** Below `src/`; a package must have them. */
  readonly files: ReadonlySet<string>
}

/** Everything that all clients share. */
export function clientRuntime(): ClientRuntime {
  const parts = new Map<string, string>()
  const files = new Set<string>()
  const read = (path: string) => {
    files.add(path)
    return readFileSync(new URL(path, sources), 'utf8')
  }
  const add = (path: string) => {
    if (parts.has(path) || replaced.has(path)) return
    // Two modules may name each other's types.
    parts.set(path, '')
    const text = read(path)
    for (const { names, from, isType } of importsOf(text)) {
      const target = posix.join(posix.dirname(path), from)
      if (isType && !target.startsWith('client/')) for (const name of names) addType(name, target)
      else add(target)
    }
    // Behind what it imports, because a constant is made where it stands.
    parts.delete(path)
    parts.set(
      path,
      text
        .replaceAll(importPattern, '')
        .replaceAll(/^export /gm, '')
        .trim(),
    )
  }
  const addType = (name: string, path: string) => {
    if (!parts.has(name)) parts.set(name, declarationOf(name, read(path)))
  }
  for (const [name, path] of Object.entries(types)) addType(name, path)
  for (const entry of entries) add(entry)
  return { text: [...parts.values()].join('\n\n'), files }
}

const importPattern = /^import (type )?\{([^}]*)\} from '([^']+)'\n/gm

function importsOf(text: string) {
  return [...text.matchAll(importPattern)].map(([, type, names, from]) => ({
    names: names!.split(',').map((name) => name.trim()),
    from: from!,
    isType: type !== undefined,
  }))
}

/** One exported type with its comment, cut out of a formatted module: what belongs to a declaration is indented, or closes it. */
function declarationOf(name: string, text: string): string {
  const pattern = new RegExp(
    String.raw`^(?:/\*\*(?:(?!\*/)[\s\S])*\*/\n)?export (?:type|interface) ${name}\b.*\n(?:(?:[ }].*)?\n)*`,
    'm',
  )
  const found = pattern.exec(text)
  if (found === null) throw new TypeError(`there is no type ${name} to take along`)
  return found[0].replace(/^export /m, '').trim()
}
