import type { AccessRule, AccessRules } from '../access.ts'
import type { FieldDeclaration } from '../field.ts'
import {
  type AppManifest,
  type FieldRecord,
  type OperationManifest,
  type ResourceManifest,
  resourceManifest,
  takenRoutes,
  withoutReplaced,
} from '../manifest.ts'
import type { Difference } from './difference.ts'
import { layoutOf, type Placed } from './layout.ts'

/**
 * The app as an older version has it, in that version's words. Fields that the version does not show are private there, under
 * names that nobody can ask for, so that access paths and rules keep their members.
 */
export function manifestIn(manifest: AppManifest, version: string): AppManifest {
  const resources = manifest.resources.filter(({ presented }) => presented[version] !== null)
  const known = new Set(resources.map(({ name }) => name))
  const services = manifest.services.map((service) => ({
    ...service,
    resources: service.resources.filter((name) => known.has(name)),
    uses: service.uses.filter((name) => known.has(name)),
    operations: service.operations.flatMap((operation) => operationIn(operation, version, known)),
  }))
  const taken = takenRoutes(services)
  return {
    ...manifest,
    version,
    resources: resources.map((resource) => withoutReplaced(resourceIn(resource, version, known), taken)),
    services,
  }
}

type Known = ReadonlySet<string>

function resourceIn(resource: ResourceManifest, version: string, known: Known): ResourceManifest {
  const difference = resource.presented[version] ?? nothing
  const layout = layoutOf(resource.fields, difference)
  const names = new Map(layout.flatMap(({ name, source }) => (source.kind === 'carried' ? [[source.from, name]] : [])))
  const nameOf = (field: string) => names.get(field) ?? (Object.hasOwn(resource.fields, field) ? `~${field}` : field)
  const hidden = Object.entries(resource.fields).flatMap(([name, field]) =>
    names.has(name) ? [] : [[nameOf(name), { ...field, private: true }] as const],
  )
  const { access, columns: _, ...rest } = resource
  return {
    ...resourceManifest(resource.service, {
      ...rest,
      fields: { ...shown(layout, known), ...Object.fromEntries(hidden) },
      paths: resource.paths.map((path) => path.map(nameOf)),
      search: resource.search.flatMap((field) => names.get(field) ?? []),
      partitionBy: nameOf(resource.partitionBy),
      access: access && renamedRules(access, nameOf),
    }),
    converted: Object.fromEntries(
      layout.flatMap(({ name, source }) => (source.kind === 'converted' ? [[name, source.from]] : [])),
    ),
  }
}

const nothing: Difference = { renamed: {}, without: {}, conversions: [] }

function operationIn(operation: OperationManifest, version: string, known: Known): readonly OperationManifest[] {
  const presented = operation.presented[version]
  if (presented === null) return []
  const { method = operation.method, path = operation.path, input = nothing, output = nothing } = presented ?? {}
  const layout = layoutOf(operation.input, input)
  const names = new Map(layout.flatMap(({ name, source }) => (source.kind === 'carried' ? [[source.from, name]] : [])))
  const successor = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => `{${names.get(name)}}`)
  const leadsThere = [...successor.matchAll(/\{(\w+)\}/g)].every(([parameter]) => path.includes(parameter))
  return [
    {
      ...operation,
      method,
      path,
      ...(leadsThere ? { successor } : {}),
      input: shown(layout, known),
      output:
        operation.output.kind === 'fields'
          ? { kind: 'fields', fields: shown(layoutOf(operation.output.fields, output), known) }
          : operation.output,
      access: operation.access && renamedRule(operation.access, (field) => names.get(field) ?? field),
    },
  ]
}

function shown(layout: readonly Placed[], known: Known): FieldRecord {
  return Object.fromEntries(layout.map(({ name, field }) => [name, withoutUnknown(field, known)]))
}

/** Where a reference names a resource that the version does not have, what is left is an id. */
function withoutUnknown(field: FieldDeclaration, known: Known): FieldDeclaration {
  if (field.kind !== 'ref' || known.has(field.target) || field.targetId === undefined) return field
  const { optional, unique, private: hidden, writeOnce, description } = field
  return { ...field.targetId, optional, unique, private: hidden, writeOnce, ...(description && { description }) }
}

function renamedRules(rules: AccessRules, nameOf: (field: string) => string): AccessRules {
  return Object.fromEntries(
    Object.entries(rules).map(([word, rule]) => [word, renamedRule(rule as AccessRule, nameOf)]),
  )
}

function renamedRule(rule: AccessRule, nameOf: (field: string) => string): AccessRule {
  switch (rule.kind) {
    case 'anyone':
    case 'signedIn':
    case 'role':
      return rule
    case 'where':
      return { ...rule, field: nameOf(rule.field) }
    case 'anyOf':
      return { ...rule, rules: rule.rules.map((each) => renamedRule(each, nameOf)) }
  }
}
