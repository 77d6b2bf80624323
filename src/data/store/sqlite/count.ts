import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Placement } from '../../migration/stored.ts'
import { singly } from '../listed-filter.ts'
import type { Count, CountResult } from '../store.ts'
import { stretchesOf } from '../stretch.ts'
import { tablesAlong } from './along.ts'
import type { ColumnCode } from './column.ts'
import { quoteName } from './column.ts'
import { filterSql } from './filter.ts'
import type { Compiled } from './plan.ts'
import { countOrEstimate, type Share, sampleCondition, sampleOf, shares } from './sample.ts'

type Filter = Extract<Count['of'], { kind: 'scan' }>

/** Counts along access paths of one table. `run` runs what was compiled. */
export function pathCounts(
  resource: ResourceManifest,
  placement: Placement,
  columnOf: (name: string) => ColumnCode,
  run: (count: Compiled) => number,
) {
  const tableAlong = tablesAlong(resource, placement)
  const stretches = stretchesOf(resource)
  // Without a cursor there is one stretch.
  const filterOf = (filter: Filter) => filterSql(filter, stretches(filter)[0]!, columnOf)
  /** Counts to the limit, in the whole table or in a sample of it. */
  const bounded = (filter: Filter, limit: number, share: Share): Compiled => {
    const { conditions, values, comparisons } = filterOf(filter)
    const from =
      share === 1
        ? tableAlong(filter.path)
        : `${quoteName(placement.table)} indexed by ${quoteName(sampleOf(placement, filter.path, share))}`
    const where = share === 1 ? conditions : [...conditions, sampleCondition(share)]
    return {
      sql: `select count(*) from (select 1 from ${from}${whereOf(where)} limit ?)`,
      values: [...values, limit],
      comparisons,
    }
  }
  const whole = (filter: Filter): Compiled => {
    const { conditions, values, comparisons } = filterOf(filter)
    return { sql: `select count(*) from ${tableAlong(filter.path)}${whereOf(conditions)}`, values, comparisons }
  }
  const isEstimated = (exactMax: number | undefined): exactMax is number =>
    exactMax !== undefined && resource.total === 'estimated'

  return {
    count(filter: Filter, exactMax: number | undefined): CountResult {
      const filters = singly(filter)
      if (!isEstimated(exactMax))
        return { count: filters.reduce((sum, each) => sum + run(whole(each)), 0), kind: 'exact' }
      const countTo = (limit: number, share: Share) =>
        filters.reduce((sum, each) => (sum < limit ? sum + run(bounded(each, limit - sum, share)) : sum), 0)
      return countOrEstimate(countTo, exactMax)
    },
    /** The statements of a count: one, and where it may estimate those that would follow. */
    compile(filter: Filter, exactMax: number | undefined): readonly Compiled[] {
      const [first] = singly(filter)
      return isEstimated(exactMax)
        ? ([1, ...shares] as const).map((share) => bounded(first!, exactMax + 1, share))
        : [whole(first!)]
    },
  }
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
}
