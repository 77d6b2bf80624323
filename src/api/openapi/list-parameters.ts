import { isUnordered, usablePaths } from '../../app/adoption.ts'
import type { FieldDeclaration } from '../../app/field.ts'
import type { AppManifest, ResourceManifest } from '../../app/manifest.ts'
import { alternatives } from '../../app/review/access.ts'
import { valueSchema } from '../../app/schema.ts'
import { searchFilters, searchLengthMax } from '../../app/search.ts'
import { exactTotalMax } from '../../app/total.ts'
import { wordsOf } from '../../app/words.ts'
import type { JsonSchema } from '../../core/json.ts'
import type { Parameter } from './document.ts'
import { includesOf } from './schemas.ts'

/** The parameters of a list: filters by the fields of its access paths, sort, page and shape. `exampleOf`: a value of a field. */
export function listParameters(
  resource: ResourceManifest,
  manifest: AppManifest,
  exampleOf: (field: string) => unknown,
): readonly Parameter[] {
  const filters = filtersOf(resource)
  const shown = sampleFilter(resource)
  return [
    ...filters.flatMap(({ name, field, needs }) =>
      filterParameters(name, field, needs, {
        example: shown.includes(name) ? exampleOf(name) : undefined,
        hasOrder: !isUnordered(resource, name),
      }),
    ),
    sortParameter(resource),
    ...searchParameters(resource, exampleOf),
    ...totalParameters(resource),
    {
      name: 'limit',
      in: 'query',
      description: 'How many rows a page has at most.',
      schema: { type: 'integer', minimum: 1, maximum: resource.pageLimit, default: Math.min(20, resource.pageLimit) },
      example: Math.min(5, resource.pageLimit),
    },
    {
      name: 'after',
      in: 'query',
      description: `The cursor \`page.next\` of the page before, with the same filters and ${resource.search.length === 0 ? 'sort' : 'sort or search'}.`,
      schema: { type: 'string', minLength: 1 },
    },
    ...shapeParameters(resource, manifest),
  ]
}

function searchParameters(resource: ResourceManifest, exampleOf: (field: string) => unknown): readonly Parameter[] {
  const { search } = resource
  if (search.length === 0) return []
  const isPrivate = privateOf(resource)
  const filters = searchFilters(resource).filter((name) => !isPrivate(name) && name !== ruledField(resource))
  const narrowed =
    filters.length === 0 ? 'no filter' : `nothing but equality on ${filters.map((name) => `\`${name}\``).join(', ')}`
  const [word] = wordsOf(String(exampleOf(search[0]!) ?? ''))
  return [
    {
      name: 'search',
      in: 'query',
      description: `Rows that have all of these words in ${search.map((name) => `\`${name}\``).join(', ')}, whatever their case and diacritics; with \`*\` behind it a word stands for all that begin so. Best first: all words in \`${search[0]}\`, then few other words. It goes with ${narrowed}, and not with \`sort\`.`,
      schema: { type: 'string', format: 'text', minLength: 1, maxLength: searchLengthMax },
      ...(word === undefined ? {} : { example: word }),
    },
  ]
}

function totalParameters({ total }: ResourceManifest): readonly Parameter[] {
  if (total === undefined) return []
  const kind = total === 'exact' ? '' : `; of more than ${exactTotalMax.toLocaleString('en')} an estimate`
  return [
    {
      name: 'total',
      in: 'query',
      description: `Whether \`page.total\` tells how many rows all pages have together${kind}.`,
      schema: { type: 'boolean', default: false },
    },
  ]
}

/** `fields` and `include`, for lists and for reads of one row. */
export function shapeParameters(resource: ResourceManifest, manifest: AppManifest): readonly Parameter[] {
  const fields = resource.columns.flatMap(({ name, field }) => (field.private ? [] : [name]))
  const includes = includesOf(resource, manifest).map(([name]) => name)
  return [
    { ...names('fields', fields), description: 'Answer with exactly these fields, in this order.' },
    ...(includes.length === 0
      ? []
      : [{ ...names('include', includes), description: 'Bring the rows along to which these fields refer.' }]),
  ]
}

function names(name: string, values: readonly string[]): Parameter {
  return {
    name,
    in: 'query',
    style: 'form',
    explode: false,
    schema: { type: 'array', items: { type: 'string', enum: values }, minItems: 1 },
  }
}

/** What a list may filter by, in words: the access paths without private fields. */
export function pathsInWords(resource: ResourceManifest): string {
  const isPrivate = privateOf(resource)
  const ruled = ruledField(resource)
  const paths = resource.paths
    .filter((path) => !path.some((name) => isPrivate(name) && name !== ruled))
    .map((path) => path.filter((name) => !isPrivate(name)))
    .filter((path) => path.length > 0)
  const words = [...paths, ['id']].map((path) => `\`${path.join(', ')}\``)
  return `Filters are equality on the first fields of one of these paths, then at most one range on its next field; the rows come sorted by its rest: ${words.join('; ')}.${
    ruled === undefined || isPrivate(ruled) ? '' : ` \`${ruled}\` is filled in by the access rule.`
  }`
}

interface Filter {
  readonly name: string
  readonly field: FieldDeclaration
  /** Each alternative: the fields that must be tested for equality for this one to be legal. */
  readonly needs: readonly (readonly string[])[]
}

function filtersOf(resource: ResourceManifest): readonly Filter[] {
  const isPrivate = privateOf(resource)
  const ruled = ruledField(resource)
  const fields = new Map(resource.columns.map(({ name, field }) => [name, field]))
  const needs = new Map<string, (readonly string[])[]>()
  for (const path of completePaths(resource)) {
    for (const [at, name] of path.entries()) {
      if (!isPrivate(name))
        needs.set(name, [...(needs.get(name) ?? []), path.slice(0, at).filter((one) => one !== ruled)])
      // Nobody can filter by what nobody may see, so what lies behind it is out of reach, unless the access rule fills it in.
      if (isPrivate(name) && name !== ruled) break
    }
  }
  return [...needs].map(([name, alternatives]) => ({ name, field: fields.get(name)!, needs: alternatives }))
}

/** Every path ends in the id, which makes its order total; the id's own path comes last here. */
function completePaths(resource: ResourceManifest): readonly (readonly string[])[] {
  const paths = resource.paths.flatMap((path) => usablePaths(resource, path))
  return [...paths.map((path) => (path.includes('id') ? path : [...path, 'id'])), ['id']]
}

function privateOf({ columns }: ResourceManifest): (name: string) => boolean {
  const hidden = new Set(columns.flatMap(({ name, field }) => (field.private ? [name] : [])))
  return (name) => hidden.has(name)
}

/** The field that the access rule of the list always tests for equality. */
function ruledField({ actions: { list } }: ResourceManifest): string | undefined {
  if (list === undefined) return undefined
  const parts = alternatives(list)
  const [first] = parts
  return parts.length === 1 && first?.kind === 'where' ? first.field : undefined
}

/** The fields of the filter that an example shows: the first path but for its last field, without what the rule fills in. */
function sampleFilter(resource: ResourceManifest): readonly string[] {
  const [path = []] = resource.paths
  const isPrivate = privateOf(resource)
  const shown = path.slice(0, -1).filter((name) => name !== ruledField(resource))
  return shown.some(isPrivate) ? [] : shown
}

function filterParameters(
  name: string,
  field: FieldDeclaration,
  needs: Filter['needs'],
  { example, hasOrder }: { readonly example: unknown; readonly hasOrder: boolean },
): readonly Parameter[] {
  const value = valueSchema(field)
  const condition = conditionOf(needs)
  const about = field.description === undefined ? '' : ` ${field.description}`
  const range = (operator: string, words: string, schema: JsonSchema = value): Parameter => ({
    name: `${name}[${operator}]`,
    in: 'query',
    description: `${words}${condition}`,
    schema,
  })
  return [
    {
      name,
      in: 'query',
      description: `Equal to this.${condition}${about}`,
      schema: value,
      ...(example === undefined ? {} : { example }),
    },
    {
      name: `${name}[in]`,
      in: 'query',
      description: `Equal to one of these, separated by commas; at most one filter of a list.${condition}`,
      style: 'form',
      explode: false,
      schema: { type: 'array', items: value, minItems: 1, maxItems: 50 },
    },
    ...(hasOrder
      ? [
          range('gt', 'Above this.'),
          range('gte', 'This or above.'),
          range('lt', 'Below this.'),
          range('lte', 'This or below.'),
        ]
      : []),
    ...(hasOrder && isText(field)
      ? [range('prefix', 'Begins with this.', { type: 'string', format: 'text', minLength: 1 })]
      : []),
  ]
}

function isText(field: FieldDeclaration): boolean {
  return field.kind === 'text' || field.kind === 'enum' || (field.kind === 'ref' && field.targetId?.kind === 'text')
}

function conditionOf(needs: Filter['needs']): string {
  if (needs.some((fields) => fields.length === 0)) return ''
  const each = [...new Set(needs.map((fields) => fields.map((name) => `\`${name}\``).join(' and ')))]
  return ` Only with ${each.join(', or with ')} tested for equality.`
}

/** One name, or the names that follow one another in a path, all in one direction. */
function sortParameter(resource: ResourceManifest): Parameter {
  const isPrivate = privateOf(resource)
  const ruled = ruledField(resource)
  const legal = new Set<string>()
  for (const path of [...resource.paths, ['id']]) {
    const end = path.findIndex((name) => isPrivate(name) && name !== ruled)
    const open = end === -1 ? path : path.slice(0, end)
    for (let from = 0; from < open.length; from++) {
      for (let to = from + 1; to <= open.length; to++) {
        const run = open.slice(from, to)
        if (run.some((name) => isPrivate(name) || (name !== 'id' && isUnordered(resource, name)))) continue
        legal.add(run.join(','))
        legal.add(run.map((name) => `-${name}`).join(','))
      }
    }
  }
  return {
    name: 'sort',
    in: 'query',
    description:
      'The rest of a path behind the fields tested for equality, or with `-` its exact reverse. Without it: the first path that fits the filters, ascending.',
    schema: { type: 'string', enum: [...legal] },
  }
}
