import { batchActions } from '../../api/openapi/schemas.ts'
import type { Action } from '../../app/access.ts'
import type { AppManifest, OperationManifest, ResourceManifest } from '../../app/manifest.ts'
import { ruleWords } from '../../topology/sheet/words.ts'
import type { TypeNames } from '../typescript/names.ts'
import { interfaceText, type Member, methodMember } from '../typescript/type-text.ts'
import { fieldMember } from './field-type.ts'
import { mayBeLeftOut } from './resource-types.ts'

/** The members of the client: by name, the methods of a resource and the operations of a service. One that offers nothing is not there. */
export function groupTypes(
  manifest: AppManifest,
  names: TypeNames,
): { readonly names: readonly string[]; readonly texts: readonly string[] } {
  const all = new Set([...manifest.resources.map(({ name }) => name), ...manifest.services.map(({ name }) => name)])
  const groups = [...all].flatMap((name) => {
    const resource = manifest.resources.find((each) => each.name === name)
    const methods = resource === undefined ? [] : methodsOf(resource)
    const operations = operationsOf(name, manifest)
    if (methods.length === 0 && operations.length === 0) return []
    const picked = methods.length === 0 ? undefined : { from: `ResourceMethods<${names.of(name, 'Shape')}>`, methods }
    const members = operations.map((operation) => operationMember(operation, names))
    return [{ name, text: interfaceText(names.of(name, 'Api'), '', members, picked) }]
  })
  return { names: groups.map(({ name }) => name), texts: groups.map(({ text }) => text) }
}

/** What operations take and give that is no row of a resource. */
export function operationTypes(manifest: AppManifest, names: TypeNames): readonly string[] {
  return manifest.services.flatMap(({ name }) =>
    operationsOf(name, manifest).flatMap(({ service, name, input, output }) => {
      const given = Object.entries(input).map(([field, declared]) =>
        fieldMember(field, declared, mayBeLeftOut(declared)),
      )
      return [
        ...(given.length === 0 ? [] : [interfaceText(names.of(service, name, 'Input'), '', given)]),
        ...(output.kind === 'fields'
          ? [
              interfaceText(
                names.of(service, name, 'Output'),
                '',
                Object.entries(output.fields)
                  .filter(([, field]) => !field.private)
                  .map(([field, declared]) => fieldMember(field, declared, false)),
              ),
            ]
          : []),
      ]
    }),
  )
}

/** The generated methods that are open. */
export function methodsOf(resource: ResourceManifest): readonly string[] {
  const methods: Readonly<Record<Action, readonly string[]>> = {
    list: ['list', 'pages', 'all'],
    get: ['get'],
    create: ['create'],
    update: ['update'],
    replace: ['replace'],
    delete: ['delete'],
  }
  const open = (Object.keys(methods) as Action[]).filter((action) => resource.actions[action] !== undefined)
  return [...open.flatMap((action) => methods[action]), ...(batchActions(resource).length === 0 ? [] : ['batch'])]
}

/** Iterators of the client bear these names. */
const own: ReadonlySet<string> = new Set(['pages', 'all'])

function operationsOf(service: string, manifest: AppManifest): readonly OperationManifest[] {
  const operations = manifest.services.find(({ name }) => name === service)?.operations ?? []
  return operations.filter(({ name }) => !own.has(name))
}

function operationMember(operation: OperationManifest, names: TypeNames): Member {
  const { service, name, input, output, method, path, description, access, idempotent } = operation
  const fields = Object.values(input)
  const given =
    fields.length === 0
      ? 'input?: Readonly<Record<string, never>>'
      : `input${fields.every(mayBeLeftOut) ? '?' : ''}: ${names.of(service, name, 'Input')}`
  const who = access === undefined ? undefined : `Who may: ${ruleWords(access, 'input')}.`
  const repeats = idempotent ? 'An idempotency key gives it one effect.' : undefined
  return {
    text: methodMember(name, [given, 'options?: WriteOptions'], `Promise<${outputType(output, operation, names)}>`),
    doc: [description, `${method} ${path}.`, who, repeats].filter((words) => words !== undefined).join(' '),
  }
}

function outputType(
  output: OperationManifest['output'],
  { service, name }: OperationManifest,
  names: TypeNames,
): string {
  switch (output.kind) {
    case 'none':
      return 'undefined'
    case 'row':
      return names.of(output.resource, 'Row')
    case 'fields':
      return names.of(service, name, 'Output')
  }
}
