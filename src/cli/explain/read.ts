import type { AccessRule } from '../../app/access.ts'
import { alternatives } from '../../app/review/access.ts'
import type { ResourceModel } from '../../data/model.ts'
import type { GetInput } from '../../service/operation.ts'
import type { Step } from './explanation.ts'
import { counted } from './words.ts'
import { batchingWords, engineWords, resourceSheet, type World } from './world.ts'

/** The steps of a read of one row. */
export async function getSteps(
  world: World,
  model: ResourceModel,
  access: AccessRule,
  { id, include }: GetInput,
): Promise<readonly Step[]> {
  const isTested = alternatives(access).some(({ kind }) => kind === 'where')
  const does = `read the row of ${model.name} by its id${isTested ? ', and test the access rule on it' : ''}`
  return [await readStep(world, model, does, [id]), ...(await includeSteps(world, model, include, 1))]
}

/** A read by id before something else. */
export async function readStep(
  world: World,
  model: ResourceModel,
  does: string,
  ids: readonly string[],
): Promise<Step> {
  const words = await engineWords(world, model, { kind: 'get', resource: model.name, ids })
  return {
    does,
    path: ['id'],
    ...words,
    batching: batchingWords.read(words),
    cost: { seeks: 1, rows: 1, commits: 0, says: '1 keyed read' },
  }
}

/** One step a reference, whatever the number of rows; none where nobody may read what it names, which then is null. */
export async function includeSteps(
  world: World,
  model: ResourceModel,
  include: readonly string[],
  rowsMax: number,
): Promise<readonly Step[]> {
  const steps = include.map(async (name): Promise<readonly Step[]> => {
    const field = model.manifest.fields[name]
    if (field?.kind !== 'ref') return []
    const target = world.runtime.models.get(field.target)!
    const { is: rule, says } = resourceSheet(world, target.name).access.find(({ actions }) => actions.includes('get'))!
    if (rule === null) return []
    const words = await engineWords(world, target, { kind: 'get', resource: target.name, ids: [''] })
    const rows = rowsMax === 1 ? 'the row' : 'the rows'
    return [
      {
        does: `include ${rows} of ${target.name} that ${name} names, else null (its rule of get: ${says})`,
        path: ['id'],
        ...words,
        batching: batchingWords.read(words),
        cost: {
          seeks: rowsMax,
          rows: rowsMax,
          commits: 0,
          says: rowsMax === 1 ? '1 keyed read' : `1 keyed read of at most ${counted(rowsMax, 'id')}, each named once`,
        },
      },
    ]
  })
  return (await Promise.all(steps)).flat()
}
