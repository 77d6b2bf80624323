import type { AccessRule, RuleValue } from '../../app/access.ts'
import type { ResourceManifest } from '../../app/manifest.ts'
import { alternatives } from '../../app/review/access.ts'
import type { Value } from '../../app/row.ts'
import type { Signer } from '../../data/cursor.ts'
import { planList } from '../../data/list.ts'
import type { ResourceModel } from '../../data/model.ts'
import { isSearch, planSearch } from '../../data/search.ts'
import type { Scan } from '../../data/store/store.ts'
import { countOf } from '../../data/total.ts'
import type { ListInput } from '../../service/operation.ts'
import type { View } from '../../service/view.ts'
import { ruleWords } from '../../topology/sheet/words.ts'
import type { Step } from './explanation.ts'
import { includeSteps } from './read.ts'
import { countStep, searchStep } from './search.ts'
import { counted, equalWords, filterWords } from './words.ts'
import { batchingWords, engineWords, type World } from './world.ts'

/** The steps of a list: its scan, once for each kind of caller that the rule tells apart, and its includes. Throws as the list would. */
export async function listSteps(
  world: World,
  { model, nameOf }: View,
  access: AccessRule,
  { include, ...request }: ListInput,
): Promise<readonly Step[]> {
  const cases = casesOf(access)
  const reads = cases.map(async ({ who, adds }): Promise<readonly Step[]> => {
    const prefix = cases.length === 1 ? '' : `for ${who}: `
    const added = adds === undefined ? undefined : narrowed(request.equal[adds.field], adds.value)
    if (added?.length === 0) return [nothingToRead(prefix, adds!)]
    const equal =
      added === undefined ? request.equal : { ...request.equal, [adds!.field]: added.length === 1 ? added[0]! : added }
    const asked = { ...request, equal, nameOf }
    const page = await (isSearch(asked)
      ? searchStep(world, model, planSearch(model, asked, readingCursors).search, prefix, adds?.says)
      : scanStep(world, model, planList(model, asked, readingCursors).scan, prefix, adds))
    return asked.total === true
      ? [page, await countStep(world, model, countOf(model, asked, readingCursors), prefix)]
      : [page]
  })
  return [...(await Promise.all(reads)).flat(), ...(await includeSteps(world, model, include, request.limit))]
}

/** An index that would serve a list, as one writes it; undefined where none could. */
export function indexFor(
  manifest: ResourceManifest,
  access: AccessRule,
  query: Readonly<Record<string, unknown>>,
): string | undefined {
  const filters = Object.keys(query).flatMap((name) => {
    const match = /^(\w+)(?:\[(\w+)\])?$/.exec(name)
    const column = manifest.columns.find((each) => each.name === match?.[1])
    if (match === null || column === undefined) return []
    return [{ name: column.name, isRange: match[2] !== undefined && match[2] !== 'in' }]
  })
  const sort = typeof query.sort === 'string' ? query.sort.split(',').map((name) => name.replace(/^-/, '')) : []
  const ofRule = casesOf(access).flatMap(({ adds }) => (adds === undefined ? [] : [adds.field]))
  const ranges = [...new Set(filters.filter(({ isRange }) => isRange).map(({ name }) => name))]
  const equal = filters.filter(({ isRange }) => !isRange).map(({ name }) => name)
  const names = [...new Set([...ofRule, ...equal, ...ranges, ...sort])]
  const fields = names.map((name) => manifest.columns.find((column) => column.name === name)?.field)
  const isPossible = fields.every((field) => field !== undefined && !field.private && !unordered.has(field.kind))
  if (names.length === 0 || !isPossible || ranges.length > 1 || sort.some((name) => equal.includes(name)))
    return undefined
  return `.index(${names.map((name) => `'${name}'`).join(', ')})`
}

const unordered: ReadonlySet<string> = new Set(['json', 'bytes'])

interface Case {
  readonly who: string
  /** What the rule adds to the filters of the request. */
  readonly adds?: { readonly field: string; readonly value: RuleValue; readonly says: string }
}

/** Callers whom a rule lets see every row, and those whom it lets see some. */
function casesOf(access: AccessRule): readonly Case[] {
  const parts = alternatives(access)
  const all = parts.filter(({ kind }) => kind !== 'where')
  const some = parts.find((part) => part.kind === 'where')
  const cases: Case[] = []
  if (all.length > 0) cases.push({ who: ruleWords({ kind: 'anyOf', rules: all }, 'row') })
  // Whoever is let in anyhow is told nothing less by another rule.
  if (some !== undefined && !all.some(({ kind }) => kind === 'anyone')) {
    const says = ruleWords(some, 'row').replace(/^rows whose /, '')
    cases.push({ who: 'others', adds: { field: some.field, value: some.value, says } })
  }
  return cases
}

/** The values that both the request and the rule allow; of the caller's own nothing is known but that there are some. */
function narrowed(asked: Value | readonly Value[] | undefined, value: RuleValue): readonly Value[] {
  const wanted = asked === undefined ? undefined : Array.isArray(asked) ? (asked as readonly Value[]) : [asked as Value]
  if (typeof value === 'object' && 'principal' in value) return wanted ?? ['the caller']
  const allowed = (Array.isArray(value) ? value : [value]) as readonly Value[]
  return wanted?.filter((each) => allowed.includes(each)) ?? allowed
}

function nothingToRead(prefix: string, { says }: NonNullable<Case['adds']>): Step {
  return {
    does: `${prefix}nothing: the rule lets only rows be seen whose ${says}, and none of them is asked for`,
    statement: 'none',
    plan: [],
    excess: [],
    warnings: [],
    batching: batchingWords.alone,
    cost: { seeks: 0, rows: 0, commits: 0, says: 'nothing is read' },
  }
}

async function scanStep(
  world: World,
  model: ResourceModel,
  scan: Scan,
  prefix: string,
  adds: Case['adds'],
): Promise<Step> {
  const { path, equal, range, descending, limit, after } = scan
  const filters = [
    ...equal.map((value, at) => equalWords(path[at]!, value)),
    ...(range === undefined
      ? []
      : [
          `${path[equal.length]} ${Object.keys(range)
            .map((bound) => `${bound} …`)
            .join(', ')}`,
        ]),
    ...(after === undefined ? [] : ['behind the cursor']),
  ]
  const seeks = equal.reduce<number>((most, value) => (Array.isArray(value) ? value.length : most), 1)
  // One row more than the page tells whether there is a next.
  const rows = seeks * (limit + 1)
  const words = await engineWords(world, model, scan, path)
  const each = seeks === 1 ? '' : ' for each value'
  return {
    does: `${prefix}list ${model.name} along (${path.join(', ')})${descending ? ', backwards' : ''}`,
    path,
    filter: filterWords(filters, adds?.says),
    ...words,
    batching: batchingWords.read(words),
    cost: {
      seeks,
      rows,
      commits: 0,
      says: `${counted(seeks, 'index seek')}, ${counted(rows, 'row')} at most: the page of ${limit} and one that tells whether there is a next${each}`,
    },
  }
}

/** Takes any cursor that can be read: the key that signed it belongs to the server, and is not needed to tell what it does. */
const readingCursors: Signer = {
  sign: () => '',
  verify(text) {
    try {
      return Array.isArray(JSON.parse(text.slice(text.lastIndexOf('\n') + 1)))
    } catch {
      return false
    }
  },
}
