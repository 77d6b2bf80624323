import type { BanyanError } from '../../core/errors.ts'
import { apiErrors } from '../errors.ts'

/** The methods of each path, to tell a wrong method (405) from a wrong path (404). */
export interface AllowedMethods {
  /** `{name}` stands for a part of the path, `*` for the rest of it. */
  add(path: string, method: string): void
  /** The refusal of a request that no route took. */
  refusalOf(method: string, url: string): BanyanError
}

export function allowedMethods(): AllowedMethods {
  const paths = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  return {
    add(path, method) {
      const source = path
        .split(/(\{\w+\}|\*)/)
        .map((part) => (part === '*' ? '.*' : part.startsWith('{') ? '[^/]+' : RegExp.escape(part)))
        .join('')
      const known = paths.get(source) ?? { pattern: new RegExp(`^${source}$`), methods: new Set() }
      known.methods.add(method)
      if (method === 'GET') known.methods.add('HEAD')
      paths.set(source, known)
    },

    refusalOf(method, url) {
      const path = url.split('?')[0]!.slice(0, 2048)
      const matching = [...paths.values()].filter(({ pattern }) => pattern.test(path))
      if (matching.length === 0) return apiErrors.ROUTE_MISSING(`there is no ${path.slice(0, 200)}`)
      const allow = [...new Set(matching.flatMap(({ methods }) => [...methods]))].join(', ')
      return apiErrors.METHOD_NOT_ALLOWED(`${method} is not a method of ${path.slice(0, 200)}`, { headers: { allow } })
    },
  }
}
