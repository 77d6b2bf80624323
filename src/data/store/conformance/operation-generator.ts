import type { StoreCapabilities } from '../../../core/driver.ts'
import type { Get, StoreOperation } from '../store.ts'
import { drawCommit } from './commit-generator.ts'
import type { Dice } from './dice.ts'
import { pickSample, type World } from './sample-values.ts'
import { drawScan } from './scan-generator.ts'
import { drawCount, drawSearch } from './search-generator.ts'
import type { Session } from './session.ts'

/** What operations are drawn from. */
export interface Drawing {
  readonly dice: Dice
  /** Knows what is stored now, so that most operations can be made to succeed. */
  readonly reference: Session
  readonly gives: StoreCapabilities
  /** Whether there is only one world: then scans need not keep to its group. */
  readonly isAlone: boolean
}

/** A batch, that is, operations of one kind: one in each of these worlds. They are likely to meet: there are few ids and few values. */
export async function drawBatch(drawing: Drawing, worlds: readonly World[]): Promise<readonly StoreOperation[]> {
  const reads = ['get', 'scan', 'scan', 'count', ...(drawing.gives.search ? (['search'] as const) : [])] as const
  const kind = drawing.dice.chance(50) ? 'commit' : drawing.dice.pick(reads)
  const operations: StoreOperation[] = []
  for (const world of worlds) {
    switch (kind) {
      case 'get':
        operations.push(drawGet(drawing, world))
        break
      case 'scan':
        operations.push(await drawScan(drawing, world))
        break
      case 'search':
        operations.push(await drawSearch(drawing, world))
        break
      case 'count':
        operations.push(await drawCount(drawing, world))
        break
      case 'commit':
        operations.push(await drawCommit(drawing, world))
        break
    }
  }
  return operations
}

function drawGet({ dice }: Drawing, { ids }: World): Get {
  const { name } = pickSample(dice)
  return { kind: 'get', resource: name, ids: dice.some(4, () => dice.pick(ids[name]!)) }
}
