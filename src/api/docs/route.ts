import type {
  AccessNote,
  Components,
  MediaType,
  OperationObject,
  PathItem,
  Response,
  Verb,
} from '../openapi/document.ts'
import { curlOf, type PageRequest } from './curl.ts'
import { type Html, html, prose } from './html.ts'
import { parametersTable } from './parameters.ts'
import { membersTable, resolved, typeOf } from './schema.ts'

export interface RouteOptions {
  readonly components: Components
  readonly development: boolean
  readonly origin: string
}

/** One route: a line to open, and behind it what it takes, what it answers, a command to copy and a form to send. */
export function routeHtml(path: string, method: Verb, operation: OperationObject, options: RouteOptions): Html {
  const { operationId, summary, description } = operation
  const access = operation['x-banyan-access']
  const request = sampleRequest(path, method, operation, options)
  const about = description.replace(/\n*Access: [^\n]*$/, '')
  return html`<details class="route${operation.deprecated === true && ' deprecated'}" id="${operationId}" data-words="${`${method} ${path} ${operationId} ${summary}`.toLowerCase()}">
<summary><span class="method ${method}">${method.toUpperCase()}</span> <code class="path">${pathHtml(path)}</code> <span class="title">${summary}</span>${
    access !== undefined && html` <span class="access">${access.says}</span>`
  }</summary>
<div class="body">
<div class="about">
${prose(about)}
${parametersTable(operation, options.components)}
${bodyHtml(operation, options.components)}
${answersHtml(operation, options.components)}
</div>
<div class="use">
${useHtml(request, operation, options)}
</div>
</div>
</details>
`
}

/** Long paths break behind a slash and nowhere else. */
function pathHtml(path: string): Html {
  return html`${path.split(/(?<=\/)/).map((part) => html`${part}<wbr>`)}`
}

function bodyHtml({ requestBody }: OperationObject, components: Components): Html | undefined {
  if (requestBody === undefined) return undefined
  const media = Object.keys(requestBody.content)
  const { schema } = requestBody.content[media[0]!]!
  return html`<h3>Body${!requestBody.required && ' (optional)'}</h3>
<p class="media">${media.map((type, at) => html`${at > 0 && ' or '}<code>${type}</code>`)}: ${typeOf(schema)}</p>
${membersTable(schema, components)}`
}

function answersHtml({ responses }: OperationObject, components: Components): Html {
  const all = Object.entries(responses).map(([status, each]) => [status, resolved<Response>(each, components)] as const)
  const isProblem = ([status]: readonly [string, Response]) => Number(status) >= 400
  return html`<h3>Answers</h3>
<ul class="answers">${all.filter((each) => !isProblem(each)).map(answerHtml)}</ul>
<details class="problems"><summary>Refused with ${all.filter(isProblem).map(([status]) => html`<code>${status}</code> `)}</summary>
<ul class="answers">${all.filter(isProblem).map(answerHtml)}</ul></details>`
}

function answerHtml([status, { description, headers = {}, content = {} }]: readonly [string, Response]): Html {
  const names = Object.keys(headers)
  return html`<li><code class="status">${status}</code> ${description}${Object.values(content).map(
    ({ schema }) => html` <span class="media">${typeOf(schema)}</span>`,
  )}${names.length > 0 && html` <span class="media">with ${names.join(', ')}</span>`}</li>
`
}

function useHtml({ method, url, headers, body }: PageRequest, operation: OperationObject, options: RouteOptions): Html {
  const { operationId: id } = operation
  const answer = exampleOf(
    Object.entries(operation.responses)
      .filter(([status]) => Number(status) < 300)
      .map(([, each]) => resolved<Response>(each, options.components).content?.['application/json'])[0],
  )
  const own = operation.parameters
    .map((each) => resolved(each, options.components))
    .filter((each) => each.in === 'header' && each.name !== 'Banyan-Bookmark')
  const path = url.slice(options.origin.length)
  const token = headers.Authorization?.replace('Bearer ', '')
  return html`<div class="code"><div class="bar"><h3>Request</h3><button type="button" data-copy="curl-${id}">Copy</button></div>
<pre id="curl-${id}" tabindex="0">${curlOf({ method, url, headers, body })}</pre></div>
<form class="try" aria-label="Send ${id}" data-method="${method}"${token !== undefined && html` data-${options.development ? 'token' : 'placeholder'}="${token}"`}>
<label>Address <input name="url" value="${path}" spellcheck="false" autocomplete="off" required></label>
${own.map(
  ({ name, required, example }) =>
    html`<label>${name} <input name="header" data-name="${name}" value="${required === true ? String(example ?? '') : ''}" placeholder="${required === true ? '' : String(example ?? '')}" spellcheck="false" autocomplete="off"></label>
`,
)}${
  body !== undefined &&
  html`<label>Body <textarea name="body" data-type="${headers['Content-Type']}" rows="${Math.min(body.split('\n').length, 16)}" spellcheck="false">${body}</textarea></label>
`
}<button type="submit">Send</button>
<output aria-live="polite"></output>
</form>
${
  answer !== undefined &&
  html`<div class="code"><div class="bar"><h3>Example of an answer</h3></div>
<pre tabindex="0">${JSON.stringify(answer, null, 2)}</pre></div>`
}`
}

/** The request that a route's examples make: its path and query filled in, its body, and a caller who is let in. */
function sampleRequest(
  path: string,
  method: Verb,
  operation: OperationObject,
  { components, development, origin }: RouteOptions,
): PageRequest {
  const parameters = operation.parameters.map((each) => resolved(each, components))
  const query = parameters
    .filter((each) => each.in === 'query' && each.example !== undefined)
    .map(({ name, example }) => `${encodeURIComponent(name)}=${encodeURIComponent(String(example))}`)
  const filled = path.replaceAll(/\{(\w+)\}/g, (whole, name) => {
    const example = parameters.find((each) => each.in === 'path' && each.name === name)?.example
    return example === undefined ? whole : encodeURIComponent(String(example))
  })
  const needed = parameters.filter((each) => each.in === 'header' && each.required === true)
  const token = tokenFor(operation['x-banyan-access'], development)
  const json = operation.requestBody?.content['application/json']
  return {
    method: method.toUpperCase(),
    url: `${origin}${filled}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...Object.fromEntries(needed.map(({ name, example }) => [name, String(example ?? '')])),
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: json === undefined ? undefined : JSON.stringify(exampleOf(json) ?? {}, null, 2),
  }
}

function tokenFor(access: AccessNote | undefined, development: boolean): string | undefined {
  if (access?.signedIn !== true) return undefined
  if (!development) return unknownToken
  return ['dev:ada', ...access.roles.slice(0, 1)].join(':')
}

/** Stands in commands where the reader's own token belongs. */
const unknownToken = 'YOUR_TOKEN'

function exampleOf(media: MediaType | undefined): unknown {
  return Object.values(media?.examples ?? {})[0]?.value
}

/** Every route of a document with its path and method, in order. */
export function routesOf(
  paths: Readonly<Record<string, PathItem>>,
): readonly (readonly [string, Verb, OperationObject])[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    (Object.entries(item) as [Verb, OperationObject][]).map(
      ([method, operation]) => [path, method, operation] as const,
    ),
  )
}
