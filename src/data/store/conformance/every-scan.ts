import type { Range, Scan, Value } from '../store.ts'
import { pathsOf, samples } from './samples.ts'

/** Every list that the sample resources can be asked for, by its shape. */
export function* everyScan(): Generator<Scan> {
  for (const { name: resource } of samples.filter((sample) => sample.paths.length > 0)) {
    for (const path of pathsOf(samples.find(({ name }) => name === resource)!)) {
      for (let count = 0; count <= path.length; count++) {
        const equal = path.slice(0, count).map((member) => sampleValue(resource, member))
        const rest = path.slice(count)
        const ranges = rest.length === 0 ? [undefined] : rangesOf(sampleValue(resource, rest[0]!))
        const cursors = rest.length === 0 ? [undefined] : [undefined, ...cursorsOf(resource, rest)]
        for (const range of ranges) {
          for (const after of cursors) {
            for (const descending of [false, true]) {
              yield {
                kind: 'scan',
                resource,
                path,
                equal,
                descending,
                limit: 20,
                ...(range === undefined ? {} : { range }),
                ...(after === undefined ? {} : { after }),
              }
            }
          }
        }
      }
    }
  }
}

/** A value that fits a member, for plans that do not look at values. */
function sampleValue(resource: string, member: string): Value {
  const { field } = samples.find(({ name }) => name === resource)!.columns.find(({ name }) => name === member)!
  switch (field.kind) {
    case 'integer':
      return 5
    case 'boolean':
      return true
    case 'bigint':
      return '5'
    case 'decimal':
      return field.scale === 0 ? '5' : `0.${'5'.repeat(field.scale)}`
    default:
      return 'm'
  }
}

/** What a range may be; `m` and 5 lie within each. */
function rangesOf(value: Value): readonly (Range | undefined)[] {
  if (typeof value !== 'string') return [undefined, { gte: value }, { lt: 9 }, { gt: 1, lte: value }]
  if (value !== 'm') return [undefined, { gte: value }, { lte: value }]
  return [undefined, { gt: 'a' }, { lte: 'z' }, { gte: 'a', lt: 'z' }, { prefix: 'm' }, { gt: 'a', gte: 'b', lte: 'm' }]
}

/** Every cursor of these members by which of them are null. */
function cursorsOf(resource: string, members: readonly string[]): readonly (readonly Value[])[] {
  return members.reduce<readonly (readonly Value[])[]>(
    (cursors, member) => {
      const { optional } = samples
        .find(({ name }) => name === resource)!
        .columns.find(({ name }) => name === member)!.field
      const values = [sampleValue(resource, member), ...(optional ? [null] : [])]
      return cursors.flatMap((cursor) => values.map((value) => [...cursor, value]))
    },
    [[]],
  )
}
