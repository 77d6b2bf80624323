import { alternatives } from '../../app/review/access.ts'
import { listed } from '../../app/review/finding.ts'
import type { ResourceModel } from '../../data/model.ts'
import type { Write } from '../../data/store/store.ts'
import type { GeneratedOperation } from '../../service/operation.ts'
import { cascadeWarnings } from './excess.ts'
import type { Cost, Step } from './explanation.ts'
import { readStep } from './read.ts'
import { counted } from './words.ts'
import { batchingWords, engineWords, resourceSheet, type World } from './world.ts'

type WriteAction = Exclude<GeneratedOperation['action'], 'get' | 'list'>

/** The steps of a generated write. Values are left out: no statement and no plan depends on them. */
export async function writeSteps(
  world: World,
  operation: GeneratedOperation,
  action: WriteAction,
  id: string,
): Promise<readonly Step[]> {
  const { access, view } = operation
  const { model } = view
  const { manifest, name } = model
  switch (action) {
    case 'create':
      return [
        ...(manifest.ids === 'given'
          ? [await readStep(world, model, `see that ${name} has no row of this id, and its last version`, [''])]
          : []),
        await commitStep(world, model, insert(model)),
      ]
    case 'update':
    case 'replace':
      return [
        await readStep(
          world,
          model,
          'read the row: whether it is there, at the version of If-Match, and the caller may change it',
          [id],
        ),
        await commitStep(world, model, update(model, id, action)),
      ]
    case 'delete': {
      // Without these nothing of the row has to be known before.
      const isRead = manifest.requireMatch || alternatives(access).every(({ kind }) => kind === 'where')
      return [
        ...(isRead ? [await readStep(world, model, 'read the row: whether the caller may delete it', [id])] : []),
        await commitStep(world, model, { kind: 'delete', resource: name, id, deletedAt: '' }),
      ]
    }
    case 'batch':
      return [
        await commitStep(
          world,
          model,
          insert(model),
          'each member as a commit of its own, here one that creates; with "atomic": true all of them in one',
        ),
      ]
  }
}

function insert(model: ResourceModel): Write {
  // A new row is known by its version.
  const row = model.manifest.columns.map(({ name }) => (name === 'version' ? 1 : null))
  return { kind: 'insert', resource: model.name, id: '', slot: 0, row }
}

function update(model: ResourceModel, id: string, action: 'update' | 'replace'): Write {
  const { columns, fields } = model.manifest
  const changeable = columns.filter(
    ({ name, field }) => name !== 'id' && fields[name] !== undefined && !field.private && !field.writeOnce,
  )
  // A patch names its fields; one of them stands for all.
  const set = Object.fromEntries(
    (action === 'replace' ? changeable : changeable.slice(0, 1)).map(({ name }) => [name, null]),
  )
  return { kind: 'update', resource: model.name, id, set, add: {}, guards: [], version: 1, updatedAt: '' }
}

async function commitStep(
  world: World,
  model: ResourceModel,
  write: Write,
  does = wordsOf(write, model),
): Promise<Step> {
  const words = await engineWords(world, model, { kind: 'commit', writes: [write], assertions: [] })
  const cascades = write.kind === 'delete' ? cascadeWarnings(model.manifest, world.runtime.manifest) : []
  return {
    does,
    ...words,
    warnings: [...words.warnings, ...cascades],
    batching: batchingWords.commit(resourceSheet(world, model.name)),
    cost: costOf(write, model, world),
  }
}

function wordsOf(write: Write, { name }: ResourceModel): string {
  switch (write.kind) {
    case 'insert':
      return `commit the new row of ${name}`
    case 'update':
      return `commit the change, if the row is still at the version that was read: the statement sets the fields that are given`
    case 'delete':
      return `commit the deletion from ${name}`
  }
}

function costOf(write: Write, { name, manifest }: ResourceModel, { runtime }: World): Cost {
  const fields = Object.values(manifest.fields)
  const uniques = fields.filter(({ unique }) => unique).length
  const references = fields.filter(({ kind }) => kind === 'ref').length
  const paths = counted(manifest.paths.length, 'access path')
  const words = manifest.search.length === 0 ? [] : ['the index of its words']
  switch (write.kind) {
    case 'insert':
      return {
        seeks: 1 + references,
        rows: 1,
        commits: 1,
        says: `1 row, entered into ${listed([paths, ...(uniques === 0 ? [] : [counted(uniques, 'unique index')]), ...words])}${references === 0 ? '' : `; ${counted(references, 'reference')} looked up`}; 1 commit`,
      }
    case 'update':
      return {
        seeks: 1 + references,
        rows: 1,
        commits: 1,
        says: `1 row, and its entries in those of ${listed([paths, ...words])} that hold a changed field; 1 commit`,
      }
    case 'delete': {
      const referring = [...runtime.models.values()].flatMap((other) =>
        Object.values(other.manifest.fields).filter((field) => field.kind === 'ref' && field.target === name),
      ).length
      return {
        seeks: 1 + referring,
        rows: 1,
        commits: 1,
        says: `1 row, and its entries in ${listed([paths, ...words])}; ${counted(referring, 'field')} of other rows looked at for references to it; 1 commit`,
      }
    }
  }
}
