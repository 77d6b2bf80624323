/** A request as the page edits and sends it. */
export interface PageRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/**
 * The request as a command to copy into a shell. The page carries this very function, to write the command anew when somebody
 * edits the request: it may use nothing from outside its own body.
 */
export function curlOf({ method, url, headers, body }: PageRequest): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const lines = [`${quote(url)}`]
  if (method !== 'GET' && !(method === 'POST' && body !== undefined)) lines.unshift(`-X ${method}`)
  for (const name in headers) lines.push(`-H ${quote(`${name}: ${headers[name]}`)}`)
  if (body !== undefined) lines.push(`-d ${quote(body)}`)
  // Curl takes brackets in an address for ranges of its own.
  return `curl -i ${/[[\]{}]/.test(url) ? '-g ' : ''}${lines.join(' \\\n  ')}`
}
