import { createHash } from 'node:crypto'
import type { OpenApiDocument } from '../openapi/document.ts'
import { type Html, html, phrase, prose } from './html.ts'
import { routeHtml, routesOf } from './route.ts'
import { membersTable } from './schema.ts'
import { script } from './script.ts'
import { style } from './style.ts'

export interface DocsOptions {
  /** Callers are believed: requests are shown with the identity that each route needs. */
  readonly development: boolean
  /** Banyan's own pages are served beside it. */
  readonly guide?: boolean
  /** The versions that have a page like this one, the current first. */
  readonly versions?: readonly string[]
  /** Where the API is, in the commands to copy. The page itself puts in the address under which it was opened. */
  readonly origin?: string
}

export interface DocsPage {
  /** The whole page: it loads nothing. */
  readonly html: string
  /** The Content-Security-Policy with which it works: only its own style and script, and requests to its own origin. */
  readonly contentSecurityPolicy: string
}

/** An API for people to read and try: every route with examples, commands to copy and a form, from its OpenAPI document alone. */
export function docsPage(
  document: OpenApiDocument,
  { development, guide = false, versions = [document.info.version], origin = 'http://localhost:4000' }: DocsOptions,
): DocsPage {
  const code = script()
  const { info, components } = document
  const routes = routesOf(document.paths)
  const groups = document.tags.map((tag) => ({
    ...tag,
    routes: routes.filter(([, , { tags }]) => tags[0] === tag.name),
  }))
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title} API ${info.version}</title>
<link rel="icon" href="data:,">
${trusted('style', style)}
</head>
<body>
<a class="skip" href="#routes">To the routes</a>
<header>
<h1>${info.title} <span class="version">${info.version}</span></h1>
<a href="/${info.version}/openapi.json">openapi.json</a>
${guide && html`<a href="/guide/">Banyan guide</a>\n`}${versionsHtml(versions, info.version)}
<div class="controls">
<label>Find <input id="find" type="search" placeholder="path or name" autocomplete="off" spellcheck="false"></label>
<label>Bearer token <input id="token" placeholder="${development ? 'dev:ada:role' : 'none'}" autocomplete="off" spellcheck="false"></label>
</div>
</header>
<div class="layout">
<nav aria-label="Routes">${groups.map(
    ({ name, routes: own }) =>
      html`<a class="group" href="#tag-${name}">${name}</a>
<ul>${own.map(
        ([path, method, { operationId }]) =>
          html`<li><a href="#${operationId}"><span class="method ${method}">${method.toUpperCase()}</span> ${shortPath(path, info.version)}</a></li>`,
      )}</ul>
`,
  )}<a class="group" href="#schemas">Schemas</a></nav>
<main id="routes" tabindex="-1">
${prose(info.description)}
${
  development &&
  html`<p class="note">Development: whoever comes is believed. Without a token, routes that need one are called as <code>dev:ada</code> with the role that they ask for.</p>`
}
<p id="nothing" hidden>No route matches.</p>
${groups.map(
  ({ name, description, routes: own }) => html`<section id="tag-${name}" aria-labelledby="of-${name}">
<h2 id="of-${name}">${name}</h2>
${description !== undefined && html`<p>${phrase(description)}</p>`}
${own.map(([path, method, operation]) => routeHtml(path, method, operation, { components, development, origin }))}</section>
`,
)}
<section id="schemas" aria-labelledby="of-schemas">
<h2 id="of-schemas">Schemas</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<details class="schema" id="schema-${name}">
<summary><code>${name}</code></summary>
<div class="body">${typeof schema.description === 'string' && prose(schema.description)}${membersTable(schema, components)}</div>
</details>
`,
)}</section>
</main>
</div>
${trusted('script', code)}
</body>
</html>
`
  return {
    html: page.text,
    contentSecurityPolicy: [
      "default-src 'none'",
      `script-src '${hashOf(code)}'`,
      `style-src '${hashOf(style)}'`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  }
}

/** The way to the pages of the other versions; nothing where this is the only one. */
function versionsHtml([current, ...older]: readonly string[], shown: string): Html | false {
  if (older.length === 0) return false
  const link = (version: string, address: string, words: string) =>
    version === shown
      ? html`<strong aria-current="page">${version}</strong>${words} `
      : html`<a href="${address}">${version}</a>${words} `
  return html`<span class="versions">${link(current!, '/docs', ' (current)')}${older.map((version) => link(version, `/docs/${version}`, ''))}</span>`
}

/** Our own style or script: it enters the page as it is, and the policy knows its hash. */
function trusted(tag: 'style' | 'script', text: string): Html {
  return html([`<${tag}>${text}</${tag}>`] as unknown as TemplateStringsArray)
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** In the list at the side every path would begin alike. */
function shortPath(path: string, version: string): string {
  return path.startsWith(`/${version}/`) ? path.slice(version.length + 1) : path
}
