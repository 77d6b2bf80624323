import type { ResourceManifest } from '../app/manifest.ts'
import type { Row, RowFormat, Value } from '../app/row.ts'
import type { Models, ResourceModel } from '../data/model.ts'
import { mergePatch } from './merge-patch.ts'
import type { Answer, ListInput } from './operation.ts'
import { rowValues } from './row-values.ts'

type Given = Readonly<Record<string, unknown>>

/** A resource as the clients of one version of the API see it and write it. */
export interface View {
  readonly version: string
  readonly model: ResourceModel
  /** In the version's words: the fields that its clients know, and the routes that it has. */
  readonly manifest: ResourceManifest
  /** The rules of those routes, which look at rows as they are stored. */
  readonly actions: ResourceManifest['actions']
  readonly format: RowFormat
  readonly versionAt: number
  /** Whether clients see a version, and may expect one. */
  readonly isVersioned: boolean
  /** How clients know a field of the row; undefined: not at all. */
  nameOf(field: string): string | undefined
  /** Fields that clients may filter by or include, in the row's words. */
  fieldsOf(names: readonly string[]): readonly string[]
  /** A list as clients ask for it, in the row's words. */
  listOf(asked: ListInput): ListInput
  /** What was given to make a row, valid and in the row's words. This and what follows throw INVALID. */
  newRow(given: Given): Given
  /** What a merge patch changes of a row. */
  change(given: Given, row: Row): Readonly<Record<string, Value>>
  /** Refuses what no row could be replaced with. */
  checkReplacement(given: Given): void
  replacement(given: Given, row: Row): Readonly<Record<string, Value>>
  /** An error in the words of the client, whichever it was in. */
  told(error: unknown): unknown
  /** Whether `told` has anything to do. */
  readonly isOlder: boolean
}

/** The views of all resources that a version has, by name. */
export type Views = ReadonlyMap<string, View>

/** The current version shows rows as they are. */
export function currentViews(version: string, models: Models): Views {
  return new Map([...models].map(([name, model]) => [name, currentView(version, model)]))
}

function currentView(version: string, model: ResourceModel): View {
  const { manifest, format, versionAt } = model
  const values = rowValues(model)
  const hidden = new Set(manifest.columns.flatMap(({ name, field }) => (field.private ? [name] : [])))
  return {
    version,
    model,
    manifest,
    actions: manifest.actions,
    format,
    versionAt,
    isVersioned: !manifest.columns[versionAt]!.field.private,
    nameOf: (field) => (hidden.has(field) ? undefined : field),
    fieldsOf: (names) => names,
    listOf: (asked) => asked,
    newRow(given) {
      values.checkNew(given)
      return given
    },
    change: (given, row) => values.change(withMergedJson(given, manifest, (name) => jsonIn(row[model.indexOf(name)]!))),
    checkReplacement: values.checkReplacement,
    replacement: values.replacement,
    told: (error) => error,
    isOlder: false,
  }
}

/** The same answer; where there is none, the error is told in the words of the client. */
export function inWordsOf({ isOlder, told }: Pick<View, 'isOlder' | 'told'>, answer: Promise<Answer>): Promise<Answer> {
  if (!isOlder) return answer
  return answer.catch((error: unknown) => {
    throw told(error)
  })
}

function jsonIn(value: Value): unknown {
  return value === null ? null : JSON.parse(value as string)
}

/** A patch of a JSON field is merged into what the field holds; of any other it is the new value. */
export function withMergedJson(
  given: Given,
  { fields }: ResourceManifest,
  held: (name: string) => unknown,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...given }
  for (const name in merged) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (field?.kind === 'json') merged[name] = mergePatch(held(name), merged[name])
  }
  return merged
}
