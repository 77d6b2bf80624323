import { type Api as ApiOf, client } from 'banyan/client'
import { testApp } from 'banyan/testing'
import app from '../app.ts'
import seed from '../seed.ts'

export type Api = ApiOf<typeof app>

/** What the tests speak to. */
export interface Server extends AsyncDisposable {
  /** A client of somebody with these roles. */
  as(subject: string, ...roles: readonly string[]): Api
}

/**
 * The server that `BANYAN_URL` names, whatever its topology; without it the app in this process with all of its data, as
 * `BANYAN_TEST_TOPOLOGY` says.
 */
export async function server(): Promise<Server> {
  const url = process.env.BANYAN_URL
  if (url === undefined) return testApp(app, { fixtures: [seed], retries: 3 })
  const tokenOf = (subject: string, roles: readonly string[]) =>
    roles.length === 0 ? `dev:${subject}` : `dev:${subject}:${roles.join(',')}`
  return {
    as: (subject, ...roles) => client<typeof app>(url, { token: tokenOf(subject, roles) }),
    [Symbol.asyncDispose]: async () => {},
  }
}
