import { pathsInWords } from '../../api/openapi/list-parameters.ts'
import { batchActions, includesOf } from '../../api/openapi/schemas.ts'
import type { FieldDeclaration } from '../../app/field.ts'
import type { AppManifest, ResourceManifest } from '../../app/manifest.ts'
import type { TypeNames } from '../typescript/names.ts'
import { quoted, unionOf } from '../typescript/text-literal.ts'
import { interfaceText, type Member, typedMember } from '../typescript/type-text.ts'
import { fieldMember, valueType } from './field-type.ts'

/** A row of a resource as clients read it. */
export function rowType({ name, description, columns }: ResourceManifest, names: TypeNames): string {
  const members = columns
    .filter(({ field }) => !field.private)
    .map((column) => fieldMember(column.name, column.field, false))
  const doc = `A row of ${name}.${description === undefined ? '' : ` ${description}`}`
  return interfaceText(names.of(name, 'Row'), doc, members)
}

/** What the open methods of a resource take and give, the shape that joins it last. */
export function shapeTypes(resource: ResourceManifest, manifest: AppManifest, names: TypeNames): readonly string[] {
  const { name, actions, fields } = resource
  const given = Object.entries(fields).filter(([, field]) => !field.private)
  const filterable = filterableOf(resource)
  const included = includesOf(resource, manifest).map(([field, target]) => ({
    text: `readonly ${field}: ${names.of(target.name, 'Row')} | null`,
  }))

  // The values of an enum stand in the row.
  const filtered = (field: string, declared: FieldDeclaration) => {
    if (declared.kind !== 'enum') return valueType(declared)
    const type = `${names.of(name, 'Row')}[${quoted(field)}]`
    return declared.optional ? `NonNullable<${type}>` : type
  }
  const parts = [
    {
      key: 'newRow',
      word: 'NewRow',
      isOpen: actions.create !== undefined,
      doc: `What makes a row of ${name}.`,
      members: given.map(([field, declared]) => fieldMember(field, declared, mayBeLeftOut(declared))),
    },
    {
      key: 'replacement',
      word: 'Replacement',
      isOpen: actions.replace !== undefined,
      doc: `A row of ${name} as it shall be: what is left out returns to its default or to null.`,
      members: given
        .filter(([field]) => field !== 'id')
        .map(([field, declared]) => fieldMember(field, declared, declared.writeOnce || mayBeLeftOut(declared))),
    },
    {
      key: 'change',
      word: 'Change',
      isOpen: actions.update !== undefined,
      doc: `What may be changed of a row of ${name}: what is left out stays.`,
      members: given
        .filter(([field, { writeOnce }]) => field !== 'id' && !writeOnce)
        .map(([field, declared]) => fieldMember(field, declared, true)),
    },
    {
      key: 'where',
      word: 'Where',
      isOpen: actions.list !== undefined,
      doc: pathsInWords(resource),
      members: filterable.map(([field, declared]) => ({
        text: `readonly ${field}?: Filter<${filtered(field, declared)}>`,
      })),
    },
    {
      key: 'included',
      word: 'Included',
      isOpen: included.length > 0 && (actions.get !== undefined || actions.list !== undefined),
      doc: `The rows to which a row of ${name} refers.`,
      members: included,
    },
  ]
  const shape: readonly Member[] = [
    { text: `readonly row: ${names.of(name, 'Row')}` },
    ...parts.map(({ key, word, isOpen }) => ({ text: `readonly ${key}: ${isOpen ? names.of(name, word) : '{}'}` })),
    { text: `readonly search: ${resource.search.length > 0}` },
    { text: `readonly total: ${resource.total !== undefined}` },
    { text: typedMember('sort', unionOf(filterable.map(([field]) => field))) },
    { text: `readonly batch: ${unionOf(batchActions(resource))}` },
  ]
  return [
    ...parts
      .filter(({ isOpen }) => isOpen)
      .map(({ word, doc, members }) => interfaceText(names.of(name, word), doc, members)),
    interfaceText(names.of(name, 'Shape'), `What the methods of ${name} take and give.`, shape),
  ]
}

/** Optional fields and those with a default. */
export function mayBeLeftOut({ optional, default: value }: FieldDeclaration): boolean {
  return optional || value !== undefined
}

/** The fields by which a list may filter and sort. */
function filterableOf({ paths, columns }: ResourceManifest): readonly (readonly [string, FieldDeclaration])[] {
  const names = new Set([...paths.flat(), 'id'])
  return columns.flatMap(({ name, field }) => (names.has(name) && !field.private ? [[name, field] as const] : []))
}
