import type { ResourceModel } from '../../data/model.ts'
import type { Count, Search } from '../../data/store/store.ts'
import { countWarning } from './excess.ts'
import type { Step } from './explanation.ts'
import { counted, equalWords, filterWords } from './words.ts'
import { batchingWords, engineWords, type World } from './world.ts'

/** One page of a search. */
export async function searchStep(
  world: World,
  model: ResourceModel,
  search: Search,
  prefix: string,
  added: string | undefined,
): Promise<Step> {
  const { terms, equal, limit, after } = search
  const prefixes = terms.filter(({ isPrefix }) => isPrefix).length
  const words = [
    ...(terms.length > prefixes ? [counted(terms.length - prefixes, 'word')] : []),
    ...(prefixes > 0 ? [counted(prefixes, 'beginning')] : []),
  ]
  const filters = Object.entries(equal).map(([name, value]) => equalWords(name, value))
  return {
    does: `${prefix}search ${model.name} by ${model.manifest.search.join(', ')} for ${words.join(' and ')}, best first`,
    filter: filterWords([...filters, ...(after === undefined ? [] : ['behind the cursor'])], added),
    ...(await engineWords(world, model, search)),
    batching: batchingWords.alone,
    cost: {
      seeks: terms.length + Object.keys(equal).length,
      rows: limit + 1,
      commits: 0,
      says: `the index of words is read from its beginning until the page of ${limit} is full, and 1 row more: at most to the last row that has the rarest of the words`,
    },
  }
}

/** How many rows all pages have. */
export async function countStep(world: World, model: ResourceModel, count: Count, prefix: string): Promise<Step> {
  const { of, exactMax } = count
  const words = await engineWords(world, model, count)
  const seeks = Object.values(of.equal).reduce<number>(
    (most, value) => (Array.isArray(value) ? Math.max(most, value.length) : most),
    1,
  )
  return {
    does: `${prefix}count the rows of all pages`,
    ...words,
    warnings: [...words.warnings, ...(exactMax === undefined ? [countWarning(model.manifest)] : [])],
    batching: batchingWords.alone,
    cost: {
      seeks,
      rows: exactMax ?? null,
      commits: 0,
      says:
        exactMax === undefined
          ? 'every row that is found is counted: it costs the more, the more there are'
          : `${counted(exactMax, 'row')} are counted at most; beyond, the store estimates, at no more cost for more rows`,
    },
  }
}
