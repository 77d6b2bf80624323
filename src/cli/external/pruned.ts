import type { ExternalCall } from '../../app/external/manifest.ts'

type Part = Readonly<Record<string, unknown>>

/** What of a document these calls need: their operations without examples and failures, and what those refer to. */
export function prunedDocument(document: Part, calls: readonly ExternalCall[]): Part {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { method, path } of calls) {
    const item = (document.paths as Record<string, Part>)[path]!
    const verb = method.toLowerCase()
    paths[path] = {
      ...paths[path],
      ...(item.parameters === undefined ? {} : { parameters: item.parameters }),
      [verb]: prunedOperation(item[verb] as Part),
    }
  }
  return { openapi: document.openapi, paths, components: referredTo(paths, document) }
}

function prunedOperation({ operationId, summary, description, parameters, requestBody, responses }: Part): Part {
  return present({
    operationId,
    summary: summary ?? description,
    parameters: (parameters as readonly Part[] | undefined)?.map(withoutExamples),
    requestBody: requestBody === undefined ? undefined : prunedContent(requestBody as Part),
    responses: Object.fromEntries(
      Object.entries(responses as Readonly<Record<string, Part>>)
        .filter(([status]) => /^2|^default$/.test(status))
        .map(([status, response]) => [status, prunedContent(response)]),
    ),
  })
}

function prunedContent({ $ref, required, content }: Part): Part {
  const types = Object.entries((content ?? {}) as Readonly<Record<string, Part>>)
  return present({
    $ref,
    required,
    content:
      content === undefined
        ? undefined
        : Object.fromEntries(types.map(([type, { schema }]) => [type, present({ schema })])),
  })
}

function withoutExamples({ example: _, examples: __, ...parameter }: Part): Part {
  return parameter
}

function present(part: Part): Part {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))
}

/** The components that these parts refer to, also through one another. */
function referredTo(parts: unknown, document: Part): Part {
  const all = (document.components ?? {}) as Readonly<Record<string, Part>>
  const kept: Record<string, Record<string, unknown>> = {}
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const { $ref } = value as Part
    const [, kind = '', key = ''] = /^#\/components\/(\w+)\/([^/]+)/.exec(String($ref)) ?? []
    const name = decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
    const target = all[kind]?.[name]
    if (target !== undefined && kept[kind]?.[name] === undefined) {
      kept[kind] = { ...kept[kind], [name]: target }
      visit(target)
    }
    for (const part of Object.values(value)) visit(part)
  }
  visit(parts)
  return Object.fromEntries(Object.entries(kept).map(([kind, members]) => [kind, sorted(members)]))
}

/** In the order of their names, whatever led to them. */
function sorted(members: Readonly<Record<string, unknown>>): Part {
  return Object.fromEntries(Object.entries(members).toSorted(([left], [right]) => (left < right ? -1 : 1)))
}
