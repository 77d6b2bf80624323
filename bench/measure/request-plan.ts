/**
 * What a load sends, as data: from it come the Lua script that `wrk` runs and the single requests whose answers are
 * compared. In path, headers and body `{id}` stands for the next line of an id list and `{unique}` for a text that no
 * other request of the run carries.
 */
export type RequestPlan = {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly ids?: IdList
  /** The only status that counts as a success. */
  readonly expects: number
}

/** `random` draws anew, `cycle` begins again at the end, `once` must not reach the end: a second use of a row would fail. */
export type IdList = { readonly file: string; readonly draw: 'random' | 'cycle' | 'once' }

/** One concrete request. */
export type Request = {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The body is in chunks already, as `Transfer-Encoding: chunked` has them, and is sent as it stands. */
  readonly isChunked?: boolean
}

/** The request that the plan gives for this id and this unique text. */
export const requestOf = (plan: RequestPlan, id: string, unique: string): Request => {
  const fill = (text: string) => text.replaceAll('{id}', id).replaceAll('{unique}', unique)
  return {
    method: plan.method,
    path: fill(plan.path),
    headers: Object.fromEntries(Object.entries(plan.headers ?? {}).map(([name, value]) => [name, fill(value)])),
    ...(plan.body === undefined ? {} : { body: fill(plan.body) }),
  }
}
