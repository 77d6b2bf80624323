import { type Action, ruleFor } from '../app/access.ts'
import type { App } from '../app/app.ts'
import type { AnyResource } from '../app/handle.ts'
import type { AppManifest, ResourceManifest } from '../app/manifest.ts'
import { changeSchema, newRowSchema, replacementSchema } from '../app/schema.ts'
import { same } from '../app/version/difference.ts'
import { shapedFormat } from '../app/version/format.ts'
import { rowLayoutOf } from '../app/version/layout.ts'
import { checkerOf } from '../app/version/refused.ts'
import { type Shape, shapeOf } from '../app/version/shape.ts'
import { told } from '../app/version/told.ts'
import type { Models, ResourceModel } from '../data/model.ts'
import { rowValues } from './row-values.ts'
import { type View, type Views, withMergedJson } from './view.ts'

/** The views of an older version, which translate. `manifest`: in the version's words. */
export function olderViews(app: App, { version, resources }: AppManifest, models: Models): Views {
  const declared = new Map(
    app.services.flatMap((service) =>
      Object.values(service.resources as Record<string, AnyResource>).map((each) => [each.name, each] as const),
    ),
  )
  return new Map(
    resources.map((manifest) => {
      const model = models.get(manifest.name)!
      const { name } = manifest
      const differing = declared.get(name)?.presented[version] ?? same
      const layout = rowLayoutOf(model.manifest, differing.difference)
      return [name, olderView(manifest, model, shapeOf({ version, place: name }, layout, differing))]
    }),
  )
}

function olderView(manifest: ResourceManifest, model: ResourceModel, shape: Shape): View {
  const { name, actions } = manifest
  const { version } = shape
  const rules = model.manifest.access ?? {}
  const values = rowValues(model)
  const place = { version, place: name }
  const checkNew = checkerOf(newRowSchema(manifest), place)
  const checkChange = checkerOf(changeSchema(manifest), place)
  const checkReplacement = checkerOf(replacementSchema(manifest), place)
  // Lists go only by fields that the version has as they are, and only such ones are references.
  const carrierOf = (field: string) => shape.carrierOf(field)!
  const fieldsOf = (fields: readonly string[]) => fields.map(carrierOf)
  return {
    version,
    model,
    manifest,
    actions: Object.fromEntries(
      (Object.keys(actions) as Action[]).map((action) => [action, ruleFor(rules, action)!] as const),
    ),
    format: shapedFormat(model.format, shape),
    versionAt: model.versionAt,
    isVersioned: !model.manifest.columns[model.versionAt]!.field.private,
    nameOf(field) {
      const old = shape.nameOf(field)
      return old !== undefined && carrierOf(old) === field ? old : undefined
    },

    fieldsOf,
    listOf: ({ equal, range, sort, include, ...asked }) => ({
      ...asked,
      equal: Object.fromEntries(Object.entries(equal).map(([field, value]) => [carrierOf(field), value])),
      ...(range === undefined ? {} : { range: { ...range, field: carrierOf(range.field) } }),
      ...(sort === undefined ? {} : { sort: { ...sort, fields: fieldsOf(sort.fields) } }),
      include: fieldsOf(include),
    }),

    newRow(given) {
      checkNew(given)
      const whole = shape.fromNew(given)
      values.checkNew(whole)
      return whole
    },

    change(given, row) {
      const before = model.format.toObject(row)
      const merged = withMergedJson(given, manifest, (field) => shape.toOld(before)[field])
      checkChange(merged)
      return values.change(shape.fromChange(merged, before))
    },

    checkReplacement,

    replacement(given, row) {
      const whole = shape.fromReplacement(given, model.format.toObject(row))
      values.checkReplacement(whole)
      return values.replacement(whole, row)
    },

    told: (error) => told(error, name, shape),
    isOlder: true,
  }
}
