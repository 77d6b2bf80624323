import type { ResourceManifest } from '../../../app/manifest.ts'
import type { Range, Scan, Value } from '../store.ts'
import type { Dice } from './dice.ts'
import type { Drawing } from './operation-generator.ts'
import { drawPresent, drawValue, pickSample, type World } from './sample-values.ts'
import { pathsOf } from './samples.ts'

/** One page of any declared path: any prefix of it equal, with one list, a range and a cursor now and then. */
export async function drawScan(drawing: Drawing, world: World): Promise<Scan> {
  const { dice, gives, isAlone } = drawing
  const sample = pickSample(dice)
  const path = dice.pick(pathsOf(sample).filter(([first]) => isAlone || first === 'group'))
  const draw = (name: string): Value => drawMember(dice, world, sample, name)
  const least = isAlone ? 0 : 1
  const few = Math.min(path.length, dice.chance(50) ? 2 : path.length)
  const equalMembers = gives.orderedScans ? least + dice.below(few - least) : path.length - 1
  const equal: (Value | readonly Value[])[] = path.slice(0, equalMembers).map(draw)
  if (equal.length > 0 && dice.chance(25)) {
    const at = dice.below(equal.length)
    if (path[at] !== 'group') equal[at] = [...new Set(dice.some(4, () => draw(path[at]!)))]
  }
  const ranged = path[equal.length]!
  const range =
    gives.orderedScans && dice.chance(35) ? { range: drawRange(dice, sample, ranged, () => draw(ranged)) } : {}
  const scan = {
    kind: 'scan',
    resource: sample.name,
    path,
    equal,
    ...range,
    descending: dice.chance(50),
    limit: 1 + dice.below(10),
  } as const
  return dice.chance(40) ? { ...scan, after: await drawCursor(drawing, scan, sample, world) } : scan
}

function drawMember(dice: Dice, world: World, sample: ResourceManifest, name: string): Value {
  if (name === 'group') return world.group
  if (name === 'id') return dice.pick(world.ids[sample.name]!)
  return drawPresent(dice, world, sample.columns.find((column) => column.name === name)!.field)
}

function drawRange(dice: Dice, sample: ResourceManifest, name: string, draw: () => Value): Range {
  const { kind } = sample.columns.find((column) => column.name === name)!.field
  if (kind === 'text' && dice.chance(40)) return { prefix: [...String(draw())].slice(0, 1).join('') }
  const low = dice.chance(50) ? { gt: draw() } : { gte: draw() }
  const high = dice.chance(50) ? { lt: draw() } : { lte: draw() }
  return dice.pick([low, high, { ...low, ...high }])
}

/** Mostly behind a row that the scan finds, sometimes behind none. */
async function drawCursor(
  { dice, reference }: Drawing,
  scan: Scan,
  sample: ResourceManifest,
  world: World,
): Promise<readonly Value[]> {
  const { rows } = await reference.one(scan)
  const row = rows.length > 0 && dice.chance(80) ? dice.pick(rows) : undefined
  return scan.path.slice(scan.equal.length).map((name) => {
    const at = sample.columns.findIndex((column) => column.name === name)
    if (row !== undefined) return row[at]!
    return name === 'id' ? dice.pick(world.ids[sample.name]!) : drawValue(dice, world, sample.columns[at]!.field, name)
  })
}
