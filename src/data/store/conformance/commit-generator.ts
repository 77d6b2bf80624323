import type { Column } from '../../../app/manifest.ts'
import type { Assertion, Commit, Guard, Value, Write } from '../store.ts'
import type { Drawing } from './operation-generator.ts'
import { drawAmount, drawPresent, drawValue, pickSample, settable, timestamps, type World } from './sample-values.ts'
import { sampleOf } from './samples.ts'
import { drawScan } from './scan-generator.ts'
import { insertOf } from './session.ts'

/** Mostly what can succeed: rows that are there are changed, others are made, versions and references are right. */
export async function drawCommit(drawing: Drawing, world: World): Promise<Commit> {
  const { dice, gives } = drawing
  const writes: Write[] = []
  const assertions: Assertion[] = []
  for (const { name } of dice.some(dice.chance(60) ? 1 : 4, () => pickSample(dice))) {
    const id = dice.pick(world.ids[name]!)
    if (writes.some((write) => write.resource === name && write.id === id)) continue
    writes.push(await drawWrite(drawing, name, id, world))
  }
  if (dice.chance(20)) {
    const { name } = pickSample(dice)
    const id = dice.pick(world.ids[name]!)
    const { version } = await versionsOf(drawing, name, id)
    assertions.push({ kind: 'row', resource: name, id, version: dice.chance(85) ? version : dice.below(4) })
  }
  if (gives.scanAssertions && dice.chance(20)) assertions.push(await drawScanAssertion(drawing, world))
  return { kind: 'commit', writes: dice.chance(5) ? [] : writes, assertions }
}

async function drawScanAssertion(drawing: Drawing, world: World): Promise<Assertion> {
  const scan = await drawScan(drawing, world)
  const { rows } = await drawing.reference.one(scan)
  const wrong = drawing.dice.chance(15) ? 1 : 0
  return {
    kind: 'scan',
    scan,
    found: rows.map((row, at) => [row[0] as string, (row.at(-1) as number) + (at === 0 ? wrong : 0)]),
  }
}

async function drawWrite(drawing: Drawing, resource: string, id: string, world: World): Promise<Write> {
  const { dice } = drawing
  const { version, lastVersion } = await versionsOf(drawing, resource, id)
  const isUsual = dice.chance(90)
  if (version > 0 !== isUsual) {
    const isWrong = sampleOf(resource).ids === 'given' && dice.chance(5)
    return drawInsert(drawing, resource, id, world, isWrong ? dice.below(5) + 1 : lastVersion + 1)
  }
  const expected = dice.chance(50) ? {} : { version: dice.chance(85) ? version : dice.below(5) }
  if (dice.chance(30)) return { kind: 'delete', resource, id, deletedAt: dice.pick(timestamps), ...expected }
  return drawUpdate(drawing, resource, id, world, expected)
}

async function drawInsert(
  drawing: Drawing,
  resource: string,
  id: string,
  world: World,
  version: number,
): Promise<Write> {
  const values: Record<string, Value> = {}
  for (const column of sampleOf(resource).columns) values[column.name] = await drawStored(drawing, world, column)
  return insertOf(resource, id, { ...values, id, version })
}

async function drawUpdate(
  drawing: Drawing,
  resource: string,
  id: string,
  world: World,
  expected: { readonly version?: number },
): Promise<Write> {
  const { dice } = drawing
  const columns = settable(sampleOf(resource))
  const set: Record<string, Value> = {}
  const add: Record<string, number | string> = {}
  const guards: Guard[] = []
  for (const column of columns.length === 0 ? [] : dice.some(3, () => dice.pick(columns))) {
    const { name, field } = column
    if (name in set || name in add) continue
    const amount = field.unique || dice.chance(50) ? undefined : drawAmount(dice, field)
    if (amount === undefined) set[name] = await drawStored(drawing, world, column)
    else add[name] = amount
  }
  if (columns.length > 0 && dice.chance(20)) {
    const { name, field } = dice.pick(columns)
    const hasOrder = !['json', 'bytes', 'boolean', 'ref'].includes(field.kind)
    const operator = hasOrder ? dice.pick(['eq', 'gt', 'gte', 'lt', 'lte'] as const) : 'eq'
    guards.push({ field: name, operator, value: drawPresent(dice, world, field), otherwise: 'REFUSED' })
  }
  return { kind: 'update', resource, id, set, add, guards, updatedAt: dice.pick(timestamps), ...expected }
}

/** A value to be stored; references mostly lead to rows that are there. */
async function drawStored({ dice, reference }: Drawing, world: World, { name, field }: Column): Promise<Value> {
  const value = drawValue(dice, world, field, name)
  if (field.kind !== 'ref' || value === null || dice.chance(10)) return value
  const { rows } = await reference.get(field.target, ...world.ids[field.target]!)
  const there = rows.filter((row) => row !== null)
  return there.length === 0 ? value : dice.pick(there)[0]!
}

async function versionsOf({ reference }: Drawing, resource: string, id: string) {
  const { rows, lastVersions } = await reference.get(resource, id)
  const version = (rows[0]?.at(-1) as number | undefined) ?? 0
  return { version, lastVersion: version || (lastVersions?.[0] ?? 0) }
}
