import type { App } from '../app/app.ts'
import type { Api } from '../client/client.ts'
import { proxy } from '../client/proxy.ts'
import { routesOf } from '../client/routes.ts'
import { sessionOf } from '../client/session.ts'
import { measured } from './measured.ts'
import type { Plan } from './plan.ts'
import { requestNames } from './request-name.ts'
import type { World } from './run.ts'
import type { Tally } from './tally.ts'

/** Clients whose calls are counted when they are made within a visit. */
export function clients(
  plan: Plan,
  { url, openapi, send, scheduler }: World,
  tally: Tally,
): (token?: string) => Api<App> {
  // Read once: a load may have thousands of clients.
  const routes = routesOf(openapi, url)
  const fetch = measured(send, { base: url, names: requestNames(routes.values()), tally, scheduler })
  const options = { fetch, retries: plan.retries, timeout: `${plan.timeoutMs}ms` }
  // What a proxy answers to is known only to the type.
  return (token) => proxy(sessionOf(url, { ...options, token }), async () => routes) as Api<App>
}
