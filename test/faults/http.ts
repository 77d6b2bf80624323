/** One JSON request; a connection that breaks gives status 0. */
export async function send(
  url: string,
  method: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: any }> {
  try {
    const response = await fetch(url, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  } catch {
    return { status: 0, body: undefined }
  }
}

/** Every row of a resource, page by page. */
export async function allRows(url: string, resource: string): Promise<readonly any[]> {
  const rows: any[] = [] // `any`: rows of whatever resource is asked for.
  let after: string | null = ''
  while (after !== null) {
    const { status, body } = await send(
      `${url}/v1/${resource}?limit=100${after === '' ? '' : `&after=${after}`}`,
      'GET',
    )
    if (status !== 200) throw new Error(`the list of ${resource} answered ${status}: ${JSON.stringify(body)}`)
    rows.push(...body.data)
    after = body.page.next
  }
  return rows
}

/** Runs `work` for each number below `count`, so many at once. */
export async function times(count: number, atOnce: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(atOnce, count) }, async () => {
      while (next < count) await work(next++)
    }),
  )
}

export const isLong: boolean = process.env.BANYAN_FAULTS === 'long'
export const appFolder: string = new URL('./app/', import.meta.url).pathname
