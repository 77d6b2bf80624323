import { searchFilters } from '../../../app/search.ts'
import type { Count, Search, Value } from '../store.ts'
import type { Drawing } from './operation-generator.ts'
import { drawPresent, searchedFor, type World } from './sample-values.ts'
import { samples } from './samples.ts'
import { drawScan } from './scan-generator.ts'
import { countOf } from './session.ts'

/** A page of one to three words, some of them prefixes, by filters now and then, behind a row of the page before at times. */
export async function drawSearch({ dice, isAlone }: Pick<Drawing, 'dice' | 'isAlone'>, world: World): Promise<Search> {
  const sample = dice.pick(searched)
  const filters = searchFilters(sample).filter((name) => name !== 'group')
  const draw = (name: string) => drawPresent(dice, world, sample.columns.find((column) => column.name === name)!.field)
  const equal: Record<string, Value | readonly Value[]> = isAlone && dice.chance(50) ? {} : { group: world.group }
  if (dice.chance(25)) {
    const name = dice.pick(filters)
    equal[name] = dice.chance(70) ? draw(name) : [...new Set(dice.some(3, () => draw(name)))]
  }
  const terms = dice.some(dice.chance(70) ? 1 : 3, () => ({ word: dice.pick(searchedFor), isPrefix: dice.chance(40) }))
  return { kind: 'search', resource: sample.name, terms, equal, limit: 1 + dice.below(dice.chance(50) ? 4 : 30) }
}

/** Of what a scan or a search finds; often only the first few have to be exact. */
export async function drawCount(drawing: Drawing, world: World): Promise<Count> {
  const { dice, gives } = drawing
  const of = gives.search && dice.chance(50) ? await drawSearch(drawing, world) : await drawScan(drawing, world)
  return dice.chance(50) ? countOf(of) : countOf(of, dice.below(4))
}

const searched = samples.filter(({ search }) => search.length > 0)
