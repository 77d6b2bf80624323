import { adoptedColumn } from '../../app/adoption.ts'
import type { FieldDeclaration } from '../../app/field.ts'
import type { ResourceManifest } from '../../app/manifest.ts'
import { listed } from '../../app/review/finding.ts'
import { type FoundColumn, type FoundTable, isRequired, isSameTable, nameOfAdopted, tableText } from './found.ts'

/** Why a table cannot be served as a resource declares it, a sentence each; none: it can. */
export function misfits(
  resource: ResourceManifest,
  found: FoundTable | undefined,
  resources: readonly ResourceManifest[],
): readonly string[] {
  const { name } = resource
  if (found === undefined) return [`${name}: there is no table ${tableText(nameOfAdopted(resource))} that may be read`]
  const at = { resource, found, resources, columnOf: columnFinder(resource, found) }
  return [
    ...missingColumns(at),
    ...wrongTypes(at),
    ...wrongKey(at),
    ...wrongVersion(at),
    ...wrongReferences(at),
    ...wrongPaths(at),
    ...lacking(at),
  ].map((reason) => `${name}: ${reason}`)
}

interface At {
  readonly resource: ResourceManifest
  readonly found: FoundTable
  readonly resources: readonly ResourceManifest[]
  columnOf(field: string): FoundColumn | undefined
}

function columnFinder(resource: ResourceManifest, found: FoundTable): At['columnOf'] {
  return (field) => {
    const column = adoptedColumn(resource.adopted!, field)
    return found.columns.find(({ name }) => name === column)
  }
}

function missingColumns({ resource, found, columnOf }: At): readonly string[] {
  return resource.columns.flatMap(({ name }) => {
    const column = adoptedColumn(resource.adopted!, name)
    if (column === undefined || columnOf(name) !== undefined) return []
    return [`${tableText(found)} has no column ${column}${column === name ? '' : ` for ${name}`}`]
  })
}

function wrongTypes({ resource, resources, columnOf }: At): readonly string[] {
  return resource.columns.flatMap(({ name, field }) => {
    const column = columnOf(name)
    if (column === undefined) return []
    if (column.field === undefined) return [`${name} cannot be served: ${column.leftOut}`]
    const declared = field.kind === 'ref' ? idOf(resources, field) : field
    // What is counted up from one never grows beyond a number's 53 bits.
    const isCount = name === 'version' && column.field.kind === 'bigint'
    if (declared === undefined || !(isCount || isServedAs(declared, column.field)))
      return [`${name} is declared as ${kindText(field)}, and its column is ${column.type}`]
    if (column.optional && !field.optional) return [`${name} may be null in the table; declare it optional`]
    return []
  })
}

function idOf(resources: readonly ResourceManifest[], field: FieldDeclaration & { readonly kind: 'ref' }) {
  return resources.find(({ name }) => name === field.target)?.columns[0]?.field
}

/** Whether the values of a column are what a field of this declaration holds. */
function isServedAs(declared: FieldDeclaration, found: FieldDeclaration): boolean {
  switch (declared.kind) {
    case 'id':
      if (declared.form === 'integer') return found.kind === 'integer' || found.kind === 'bigint'
      return found.kind === 'id'
    case 'bigint':
      return found.kind === 'integer' || found.kind === 'bigint'
    case 'decimal':
      return found.kind === 'decimal' && found.scale === declared.scale
    case 'enum':
      return (
        found.kind === 'text' ||
        (found.kind === 'enum' && found.values.every((value) => declared.values.includes(value)))
      )
    case 'timestamp':
      return found.kind === 'timestamp' && (declared.microseconds === true || found.microseconds !== true)
    case 'text':
    case 'integer':
    case 'boolean':
    case 'date':
    case 'json':
    case 'bytes':
    case 'ref':
      return found.kind === declared.kind
  }
}

function kindText(field: FieldDeclaration): string {
  switch (field.kind) {
    case 'id':
      return field.form === undefined ? 'id' : `id (${field.form})`
    case 'ref':
      return `a reference to ${field.target}`
    case 'decimal':
      return `decimal(${field.precision}, ${field.scale})`
    case 'timestamp':
      return field.microseconds ? 'timestamp with microseconds' : 'timestamp with milliseconds'
    default:
      return field.kind
  }
}

function wrongKey({ resource, found, columnOf }: At): readonly string[] {
  const key = columnOf('id')
  if (key === undefined) return []
  const isKey =
    found.key.join('\n') === key.name ||
    (!key.optional && found.indexes.some(({ columns, isUnique }) => isUnique && columns.join('\n') === key.name))
  if (!isKey) return [`${key.name} does not tell rows apart: it is not the primary key, and has no unique index`]
  const isMade = key.default.kind === 'computed'
  if (resource.adopted!.key === 'integer' && !isMade)
    return [`the database does not make keys in ${key.name}; declare the field id: t.id({ form: 'integer' })`]
  if (resource.ids === 'given' && key.default.kind === 'computed' && key.default.isAlways)
    return [`only the database makes keys in ${key.name}; declare key: 'integer' in place of the field id`]
  return []
}

function wrongVersion({ resource, found, columnOf }: At): readonly string[] {
  switch (resource.adopted!.version) {
    case 'xmin':
      return found.kind === 'table' ? [] : [`a ${found.kind} has no xmin; declare version: 'none'`]
    case 'column': {
      const column = columnOf('version')
      if (column === undefined) return []
      if (column.optional) return [`its version ${column.name} may be null`]
      return found.isCounted
        ? []
        : [
            `nothing counts ${column.name} up when others write; banyan adopt --add shows what does, and version: 'xmin' does without`,
          ]
    }
    case 'none':
      return []
  }
}

function wrongReferences({ resource, found, resources, columnOf }: At): readonly string[] {
  return resource.columns.flatMap(({ name, field }) => {
    const column = columnOf(name)
    const target = field.kind === 'ref' ? resources.find((other) => other.name === field.target) : undefined
    if (field.kind !== 'ref' || column === undefined || target?.adopted === undefined) return []
    const key = adoptedColumn(target.adopted, 'id')
    const held = found.references.find(
      (reference) =>
        reference.columns.join('\n') === column.name &&
        isSameTable(reference.target, nameOfAdopted(target)) &&
        reference.targetColumns.join('\n') === key,
    )
    if (held === undefined) return [`${name} refers to ${field.target}, and the table has no foreign key for that`]
    if (held.onDelete === field.onDelete) return []
    return [
      `${name}: deleting a row of ${field.target} is declared as ${field.onDelete}, and is ${held.onDelete} in the table`,
    ]
  })
}

function wrongPaths({ resource, found, columnOf }: At): readonly string[] {
  const columnsOf = (fields: readonly string[]) => fields.map((field) => columnOf(field)?.name)
  const begins = (columns: readonly string[], wanted: readonly (string | undefined)[]) =>
    wanted.every((name, at) => name === columns[at])
  const unique = resource.columns.flatMap(({ name, field }) => {
    const column = columnOf(name)
    if (!field.unique || column === undefined) return []
    const isHeld = found.indexes.some(({ isUnique, columns }) => isUnique && columns.join('\n') === column.name)
    return isHeld ? [] : [`${name} is declared unique, and the table has no unique index on ${column.name}`]
  })
  const paths = resource.paths.flatMap((path) => {
    const wanted = columnsOf(path.filter((name) => name !== 'id'))
    if (found.indexes.some(({ columns }) => begins(columns, wanted))) return []
    return [`the table has no index for the access path (${path.join(', ')})`]
  })
  const { unordered } = resource.adopted!
  const disordered = ['id', ...new Set(resource.paths.flat().filter((field) => field !== 'id'))].filter(
    (field) => columnOf(field)?.isOrdered === false && !unordered.includes(field),
  )
  return [
    ...unique,
    ...paths,
    ...(disordered.length === 0
      ? []
      : [
          `the database orders ${listed(disordered)} in another way; declare unordered: [${disordered.map((field) => `'${field}'`).join(', ')}]`,
        ]),
  ]
}

/** What no field has, and every row needs. */
function lacking({ resource, found }: At): readonly string[] {
  const { lacks } = resource.adopted!
  const known = new Set(resource.columns.map(({ name }) => adoptedColumn(resource.adopted!, name)))
  const needed = found.columns.filter((column) => isRequired(column) && !known.has(column.name))
  const untold = needed.map(({ name }) => name).filter((name) => !lacks.includes(name))
  return untold.length === 0
    ? []
    : [
        `every new row needs ${listed(untold)}, which no field has; declare lacks: [${untold.map((name) => JSON.stringify(name)).join(', ')}]`,
      ]
}
