import type { AppManifest } from '../manifest.ts'
import { appFindings } from './codes.ts'
import type { Finding } from './finding.ts'

/** Names that cannot be used, and names used twice. Names become columns, paths and members of objects, so they are plain. */
export function reviewNames(manifest: AppManifest): readonly Finding[] {
  const { resources, services } = manifest
  return [
    ...unsuitable('app', manifest.name, hyphenated, noNames),
    ...unsuitableVersion('app/version', manifest.version),
    ...manifest.older.flatMap(({ name }) => unsuitableVersion(`app/versions/${name}`, name)),
    ...twice('app/versions', [manifest.version, ...manifest.older.map(({ name }) => name)], 'two versions'),
    ...services.flatMap(({ name }) => unsuitable(`services/${name}`, name, hyphenated, objectNames)),
    ...twice(
      'services',
      services.map(({ name }) => name),
      'two services',
    ),
    ...services.flatMap(({ name, operations }) =>
      operations.flatMap((operation) =>
        unsuitable(`services/${name}/operations/${operation.name}`, operation.name, plain, objectNames),
      ),
    ),
    ...resources.flatMap(({ name }) => unsuitable(`resources/${name}`, name, hyphenated, resourceNames)),
    ...resources.flatMap(({ name }) =>
      /^banyan/i.test(name)
        ? [appFindings.NAME_RESERVED(`resources/${name}`, 'names that begin with banyan are for tables of its own')]
        : [],
    ),
    // Engines compare the names of tables and columns without regard to case.
    ...twice(
      'resources',
      resources.map(({ name }) => name),
      'two resources',
    ),
    ...resources.flatMap(({ name, fields }) => {
      const names = Object.keys(fields)
      return [
        ...reviewRowNames(`resources/${name}/fields`, names),
        ...twice(`resources/${name}/fields`, names, 'two fields'),
      ]
    }),
  ]
}

/** Names of the fields of rows. */
export function reviewRowNames(place: string, names: readonly string[]): readonly Finding[] {
  return names.flatMap((name) => unsuitable(`${place}/${name}`, name, plain, fieldNames))
}

export function canBeField(name: string): boolean {
  return unsuitable('', name, plain, fieldNames).length === 0
}

export function canBeResource(name: string): boolean {
  return unsuitable('', name, hyphenated, resourceNames).length === 0
}

/** Names of fields that are given and answered, where nothing but their form matters. */
export function reviewFieldNames(place: string, names: readonly string[]): readonly Finding[] {
  return names.flatMap((name) => unsuitable(`${place}/${name}`, name, plain, objectNames))
}

/** What a handler finds as a member of `call`. */
export function reviewCallableName(place: string, name: string): readonly Finding[] {
  return unsuitable(place, name, hyphenated, objectNames)
}

interface Form {
  readonly pattern: RegExp
  readonly mend?: string
}

const plain: Form = { pattern: /^[a-z][a-zA-Z0-9_]{0,62}$/ }
const hyphenated: Form = {
  pattern: /^[a-z][a-zA-Z0-9_-]{0,62}$/,
  mend: 'Begin with a small letter and go on with letters, digits, underscores and hyphens, 63 characters at most.',
}

const noNames: ReadonlySet<string> = new Set()
/** An object with a member `then` is taken for a promise. */
const objectNames: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'then'].map(lower))
/** Members of `data` and `tx` beside the resources. */
const resourceNames: ReadonlySet<string> = new Set([...objectNames, ...['transaction', 'native', 'publish', 'enqueue']])
/** Columns and members of an answered row beside its fields. */
const fieldNames: ReadonlySet<string> = new Set([
  ...objectNames,
  ...['createdAt', 'updatedAt', 'version', 'slot', 'included'].map(lower),
])
/** What is served beside the versions of the API. */
export const rootPaths: ReadonlySet<string> = new Set([
  'docs',
  'guide',
  'openapi.json',
  'graphql',
  'healthz',
  'readyz',
  'metrics',
])

function unsuitable(place: string, name: string, form: Form, reserved: ReadonlySet<string>): readonly Finding[] {
  if (!form.pattern.test(name)) {
    return [appFindings.NAME_INVALID(place, `${JSON.stringify(name)} cannot be used as a name`, form.mend)]
  }
  if (reserved.has(lower(name))) return [appFindings.NAME_RESERVED(place, `the name ${name} is taken`)]
  return []
}

function unsuitableVersion(place: string, version: string): readonly Finding[] {
  if (!/^[a-z0-9][a-z0-9._-]{0,30}$/.test(version)) {
    const reason = `${JSON.stringify(version)} cannot be the first part of a path`
    return [appFindings.NAME_INVALID(place, reason, "Use a short word of small letters and digits: 'v1'.")]
  }
  if (objectNames.has(version)) return [appFindings.NAME_RESERVED(place, `the name ${version} is taken`)]
  if (rootPaths.has(version)) return [appFindings.NAME_RESERVED(place, `/${version} is served already`)]
  return []
}

function twice(place: string, names: readonly string[], what: string): readonly Finding[] {
  const seen = new Map<string, string>()
  return names.flatMap((name) => {
    const earlier = seen.get(lower(name))
    seen.set(lower(name), name)
    if (earlier === undefined) return []
    const reason =
      earlier === name ? `${what} have this name` : `${what}, ${earlier} and ${name}, differ in nothing but case`
    return [appFindings.NAME_TWICE(`${place}/${name}`, reason)]
  })
}

function lower(name: string): string {
  return name.toLowerCase()
}
