import { type DocsPage, docsPage } from '../api/docs/docs.ts'
import { openapi } from '../api/openapi/openapi.ts'
import type { Page } from '../api/rest/server.ts'
import type { AppManifest } from '../app/manifest.ts'
import { manifestIn } from '../app/version/manifest-in.ts'

/**
 * The pages beside the API: its description for programs and for people, of each version that is answered. Each is made when
 * first asked for, and kept.
 */
export function documents(
  manifest: AppManifest,
  { development, guide }: { readonly development: boolean; readonly guide: boolean },
): Readonly<Record<string, Page>> {
  const older = manifest.older.filter(({ gone }) => !gone).map(({ name }) => name)
  const versions = [manifest.version, ...older]
  return Object.assign(
    {},
    ...versions.map((version) => {
      const document = once(() => openapi(version === manifest.version ? manifest : manifestIn(manifest, version)))
      const page = once(() => docsPage(document(), { development, guide, versions }))
      const json = jsonPage(once(() => JSON.stringify(document())))
      const html = htmlPage(page)
      const ofVersion = { [`/${version}/openapi.json`]: json, [`/docs/${version}`]: html }
      return version === manifest.version ? { '/openapi.json': json, '/docs': html, ...ofVersion } : ofVersion
    }),
  )
}

const caching = { 'cache-control': 'no-cache' }

function jsonPage(content: () => string): Page {
  return { type: 'application/json; charset=utf-8', headers: () => caching, content }
}

function htmlPage(page: () => DocsPage): Page {
  return {
    type: 'text/html; charset=utf-8',
    headers: () => ({
      ...caching,
      'content-security-policy': page().contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
    }),
    content: () => page().html,
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
