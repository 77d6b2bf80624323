import { type Api as ApiOf, client } from 'banyan/client'
import { testApp } from 'banyan/testing'
import app from '../app.ts'
import seed from '../seed.ts'

export type Api = ApiOf<typeof app>
export type OldApi = ApiOf<typeof app, 'v1'>

/** What the tests speak to. */
export interface Server extends AsyncDisposable {
  /** A client of somebody with these roles. */
  as(subject: string, ...roles: readonly string[]): Api
  /** The same of the API as it was in v1. */
  asOld(subject: string, ...roles: readonly string[]): OldApi
}

/**
 * The server that `BANYAN_URL` names, whatever its topology; without it the app in this process with all of its data, as
 * `BANYAN_TEST_TOPOLOGY` says.
 */
export async function server(): Promise<Server> {
  const url = process.env.BANYAN_URL
  if (url === undefined) {
    const it = await testApp(app, { fixtures: [seed], retries: 3 })
    return {
      as: it.as,
      asOld: (...who) => it.client({ version: 'v1', token: tokenOf(...who) }),
      [Symbol.asyncDispose]: () => it[Symbol.asyncDispose](),
    }
  }
  return {
    as: (...who) => client<typeof app>(url, { token: tokenOf(...who) }),
    asOld: (...who) => client<typeof app, 'v1'>(url, { version: 'v1', token: tokenOf(...who) }),
    [Symbol.asyncDispose]: async () => {},
  }
}

function tokenOf(subject: string, ...roles: readonly string[]): string {
  return roles.length === 0 ? `dev:${subject}` : `dev:${subject}:${roles.join(',')}`
}
