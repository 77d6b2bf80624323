/** Where a server is. */
export interface Address {
  /** As the client takes it. */
  readonly url: string
  /** Host and port, for logs: no secret is in it. */
  readonly name: string
  /** `?zone=eu-1a` of the address, which is a word of ours. */
  readonly zone: string | undefined
}

export function addressOf(text: string): Address {
  const url = new URL(text)
  const zone = url.searchParams.get('zone') ?? undefined
  if (zone === undefined) return { url: text, name: url.host, zone }
  url.searchParams.delete('zone')
  return { url: url.href, name: url.host, zone }
}

/** One address or several. */
export function addressesOf(given: string | readonly string[] = []): readonly Address[] {
  return (typeof given === 'string' ? [given] : given).map(addressOf)
}
