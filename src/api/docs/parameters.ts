import type { Components, OperationObject, Parameter } from '../openapi/document.ts'
import { type Html, html, phrase } from './html.ts'
import { requiredMark, resolved, typeOf } from './schema.ts'

/** What a route takes beside its body. The filters by one field share a row, which names their operators. */
export function parametersTable(operation: OperationObject, components: Components): Html | undefined {
  const rows = rowsOf(operation.parameters.map((each) => resolved(each, components)))
  if (rows.length === 0) return undefined
  return html`<h3>Parameters</h3>
<div class="scroll"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">About</th></tr></thead>
<tbody>${rows.map(rowHtml)}</tbody></table></div>`
}

interface Row {
  readonly parameter: Parameter
  readonly operators: readonly string[]
}

function rowsOf(parameters: readonly Parameter[]): readonly Row[] {
  const names = new Set(parameters.map(({ name }) => name))
  const filters = new Map<string, string[]>()
  const alone = parameters.filter(({ name }) => {
    const [, field, operator] = /^(\w+)\[(\w+)\]$/.exec(name) ?? []
    if (field === undefined || operator === undefined || !names.has(field)) return true
    filters.set(field, [...(filters.get(field) ?? []), operator])
    return false
  })
  return alone.map((parameter) => ({ parameter, operators: filters.get(parameter.name) ?? [] }))
}

function rowHtml({ parameter, operators }: Row): Html {
  const { name, in: place, required, description = '', schema } = parameter
  const isFilter = operators.length > 0
  // The table says of the field what the document says of each of its parameters.
  const about = isFilter ? description.replace(/^Equal to this\.\s*/, '') : description
  return html`<tr><td><code>${name}</code>${required && requiredMark}${place !== 'query' && html` <span class="place">${place}</span>`}${
    isFilter && html`<span class="operators">${operators.map((operator) => html` <code>[${operator}]</code>`)}</span>`
  }</td><td>${typeOf(schema)}</td><td>${phrase(about)}</td></tr>
`
}
