import { docsPage } from '../api/docs/docs.ts'
import { openapi } from '../api/openapi/openapi.ts'
import type { Page } from '../api/rest/server.ts'
import type { AppManifest } from '../app/manifest.ts'

/** The pages beside the API: its description for programs and for people. Each is made when first asked for, and kept. */
export function documents(
  manifest: AppManifest,
  { development }: { readonly development: boolean },
): Readonly<Record<string, Page>> {
  const document = once(() => openapi(manifest))
  const page = once(() => docsPage(document(), { development }))
  const caching = { 'cache-control': 'no-cache' }
  return {
    '/openapi.json': {
      type: 'application/json; charset=utf-8',
      headers: () => caching,
      content: once(() => JSON.stringify(document())),
    },
    '/docs': {
      type: 'text/html; charset=utf-8',
      headers: () => ({
        ...caching,
        'content-security-policy': page().contentSecurityPolicy,
        'referrer-policy': 'no-referrer',
      }),
      content: () => page().html,
    },
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
