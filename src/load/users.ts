import type { App } from '../app/app.ts'
import type { Api } from '../client/client.ts'
import type { Plan } from './plan.ts'
import type { Outside } from './profile.ts'
import { within } from './profile-failure.ts'
import type { User } from './visit.ts'

/** Every user with its client, made before anybody comes, so that signing in is no part of what is measured. */
export async function usersOf(
  plan: Plan,
  outside: Outside<App>,
  { shared, connect }: { readonly shared: unknown; readonly connect: (token?: string) => Api<App> },
): Promise<readonly User[]> {
  const make = async (number: number): Promise<User> => {
    const context = { ...outside, shared, number }
    const token = await within('token', () => plan.around.token?.(context))
    return { api: connect(token), user: await within('user', () => plan.around.user?.(context)) }
  }
  const users: User[] = []
  while (users.length < plan.model.users) {
    const count = Math.min(plan.model.users - users.length, togetherMax)
    users.push(...(await Promise.all(Array.from({ length: count }, (_, at) => make(users.length + at)))))
  }
  return users
}

/** So many users sign in at once. */
const togetherMax = 32
