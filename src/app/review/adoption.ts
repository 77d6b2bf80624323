import { adoptedColumn } from '../adoption.ts'
import type { AppManifest, ResourceManifest } from '../manifest.ts'
import { appFindings } from './codes.ts'
import { type Finding, listed } from './finding.ts'

/** A resource that serves a table of somebody else's: what it declares has to be there already, for nothing of it is made. */
export function reviewAdoption(resource: ResourceManifest, manifest: AppManifest): readonly Finding[] {
  const place = `resources/${resource.name}`
  return [
    ...reviewReferences(place, resource, manifest),
    ...(resource.adopted === undefined
      ? reviewForms(place, resource)
      : [...reviewClause(`${place}/adopt`, resource), ...reviewNeeds(place, resource)]),
  ]
}

function reviewClause(place: string, { adopted, fields, columns }: ResourceManifest): readonly Finding[] {
  const { schema, table, key, columns: named, version, unordered, lacks } = adopted!
  const names = columns.map(({ name }) => name)
  const unknown = [...Object.keys(named), ...unordered].filter((name) => !names.includes(name))
  const taken = names.flatMap((name) => adoptedColumn(adopted!, name) ?? [])
  const twice = taken.filter((column, at) => taken.indexOf(column) !== at)
  const has = Object.hasOwn(fields, 'id')
  const wrong = (reason: string, mend?: string) => appFindings.ADOPT_TABLE(place, reason, mend)
  return [
    ...(schema === '' || table === '' ? [wrong('the name of the table is empty')] : []),
    ...(key === undefined && !has
      ? [
          wrong(
            'nothing says what its keys are',
            "Declare key: 'integer' or key: 'uuid', or a field id that clients give.",
          ),
        ]
      : []),
    ...(key !== undefined && has
      ? [wrong('its keys are made, and a field id says that clients give them', 'Take out the field id, or key.')]
      : []),
    ...(key === undefined || key === 'integer' || key === 'uuid'
      ? []
      : [wrong(`${JSON.stringify(key)} is no kind of key`)]),
    ...(['xmin', 'column', 'none'].includes(version)
      ? []
      : [wrong(`${JSON.stringify(version)} is no source of versions`)]),
    ...(Object.hasOwn(named, 'version') && version !== 'column'
      ? [wrong('a column is named for the version, and its source is another', "Declare version: 'column'.")]
      : []),
    ...unknown.map((name) => wrong(`there is no field ${name}`)),
    ...twice.map((column) => wrong(`two fields have the column ${column}`)),
    ...lacks
      .filter((column) => taken.includes(column))
      .map((column) => wrong(`${column} is lacking, and a field has it`)),
  ]
}

/** What an adopted table cannot be asked for. */
function reviewNeeds(place: string, resource: ResourceManifest): readonly Finding[] {
  const { adopted, fields, search, partitionBy, requireMatch, renamedFrom, actions, paths } = resource
  const need = (at: string, reason: string, mend?: string) => appFindings.ADOPT_NEED(`${place}/${at}`, reason, mend)
  const renamed = Object.entries(fields).filter(([, field]) => field.renamedFrom !== undefined)
  const times = ['createdAt', 'updatedAt'].filter(
    (name) => adoptedColumn(adopted!, name) === undefined && paths.some((path) => path.includes(name)),
  )
  return [
    ...(search.length === 0
      ? []
      : [need('search', 'the words of its texts are kept in columns that the table has not', 'Take .search(…) out.')]),
    ...(partitionBy === 'id'
      ? []
      : [need('partitionBy', 'keys that are there carry no slot of another field', 'Take .partitionBy(…) out.')]),
    ...(requireMatch && adopted!.version === 'none'
      ? [
          need(
            'requireMatch',
            'clients see no version that they could expect',
            "Take .requireMatch() out, or declare version: 'xmin'; banyan adopt --add offers a column.",
          ),
        ]
      : []),
    ...(renamedFrom === undefined
      ? []
      : [need('renamedFrom', 'no table follows a new name', 'Take .renamedFrom(…) out.')]),
    ...renamed.map(([name]) =>
      need(
        `fields/${name}`,
        'no column follows a new name',
        `Take renamedFrom out, and name the column: columns: { ${name}: '…' }.`,
      ),
    ),
    ...(adopted!.lacks.length === 0 || actions.create === undefined
      ? []
      : [
          need(
            'access/create',
            `every new row needs ${listed(adopted!.lacks)}, which no field has, so the create route could make no row`,
            'Leave create without a rule.',
          ),
        ]),
    ...times.map((name) =>
      need('index', `it goes by ${name}, for which no column is named`, `Name it: columns: { ${name}: '…' }.`),
    ),
  ]
}

/** What refers to a row holds only where the database holds it, and to a table of somebody else's nothing is added. */
function reviewReferences(
  place: string,
  { adopted, fields }: ResourceManifest,
  manifest: AppManifest,
): readonly Finding[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    if (field.kind !== 'ref') return []
    const target = manifest.resources.find((other) => other.name === field.target)
    if (target === undefined || (target.adopted === undefined) === (adopted === undefined)) return []
    const reason =
      adopted === undefined
        ? `it refers to ${field.target}, an adopted table, to which no foreign key is added`
        : `it refers to ${field.target}, and an adopted table gets no foreign key`
    return [appFindings.ADOPT_REFERENCE(`${place}/fields/${name}`, reason)]
  })
}

function reviewForms(place: string, { fields }: ResourceManifest): readonly Finding[] {
  return Object.entries(fields).flatMap(([name, field]) =>
    field.kind === 'id' && field.form === 'integer'
      ? [
          appFindings.ADOPT_NEED(
            `${place}/fields/${name}`,
            'keys that are numbers are those of adopted tables',
            'Declare t.bigint().',
          ),
        ]
      : [],
  )
}
