import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import { isLoopback } from '../../../core/loopback.ts'

/** Where a server is, and how much of it is proved before anything is said to it: an address with everything in it told apart. */
export interface Address {
  /** As it was given, without words of ours. */
  readonly url: string
  /** Host and port, for logs: no secret is in it. */
  readonly name: string
  /** `?zone=eu-1a` of the address, which is a word of ours. */
  readonly zone: string | undefined
  /** A name, an IP address, or the folder of a socket. */
  readonly host: string
  readonly port: number
  /** Those that the environment has without it, as for every program that speaks to PostgreSQL. */
  readonly user: string | undefined
  readonly password: string | undefined
  readonly database: string | undefined
  /** More settings of the session: `-c work_mem=64MB`. */
  readonly settings: string
  readonly encryption: Encryption
  readonly certificate: { readonly cert: string; readonly key: string } | undefined
}

export type Encryption =
  /** Everything can be read and changed on the way. */
  | { readonly kind: 'none' }
  /** Whoever is on the way may be the one at its other end. */
  | { readonly kind: 'unproved' }
  /** The certificate is of an authority that is trusted, or of the name too. `authority`: a file; without it those that Node trusts. */
  | { readonly kind: 'authority'; readonly authority: string }
  | { readonly kind: 'full'; readonly authority: string | undefined }

export interface AddressChoices {
  /** Accepts that what goes to another machine can be read on the way. */
  readonly plaintext?: boolean
}

/** What cannot be done with an address, and what to write instead. */
export class AddressProblem extends Error {
  readonly mend: string
  readonly isPlaintext: boolean

  constructor(reason: string, mend: string, { isPlaintext = false } = {}) {
    super(reason)
    this.mend = mend
    this.isPlaintext = isPlaintext
  }
}

/** Reads `postgres://user:password@host:port/database?…`. Throws an AddressProblem, in which nothing of the address's secrets stands. */
export function addressOf(text: string, { plaintext = false }: AddressChoices = {}): Address {
  const url = URL.parse(text)
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new AddressProblem(
      'it is no address of PostgreSQL',
      'Write postgres://user:password@host:5432/database; in a user or password write %40 for @, %2F for /, %3A for :.',
    )
  }
  const given = parametersOf(url)
  const host = given.host ?? decoded(url.hostname.replace(/^\[(.+)\]$/, '$1')).toLowerCase()
  if (host === '') throw new AddressProblem('it has no host', 'Write postgres://user:password@host:5432/database.')
  const isNear = isOnThisMachine(host)
  const address = {
    url: withoutZone(url),
    name: url.host === '' ? host : url.host,
    zone: given.zone,
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    user: textIn(url.username),
    password: textIn(url.password),
    database: textIn(url.pathname.slice(1)),
    settings: given.options ?? '',
    encryption: encryptionOf(given, isNear),
    certificate: certificateOf(given),
  }
  if (address.encryption.kind === 'none' && !isNear && !plaintext) {
    throw new AddressProblem(
      `what goes to ${host} without encryption, the password with it, can be read and changed on the way`,
      'Leave sslmode out, which is verify-full; in a network that nobody else reaches, accept it with plaintext: true.',
      { isPlaintext: true },
    )
  }
  return address
}

/** One address or several. */
export function addressesOf(given: string | readonly string[] = [], choices: AddressChoices = {}): readonly Address[] {
  return (typeof given === 'string' ? [given] : given).map((text) => addressOf(text, choices))
}

function withoutZone(url: URL): string {
  if (!url.searchParams.has('zone')) return url.href
  const rest = new URL(url)
  rest.searchParams.delete('zone')
  return rest.href
}

/** As Node's TLS takes it; false: no encryption. Nothing is left to defaults, of which some depend on the environment. */
export function tlsOf({ encryption, certificate }: Address): false | TlsOptions {
  const own = certificate === undefined ? {} : { cert: fileText(certificate.cert), key: fileText(certificate.key) }
  switch (encryption.kind) {
    case 'none':
      return false
    case 'unproved':
      return { ...own, rejectUnauthorized: false }
    case 'authority':
      return { ...own, ...authorities(encryption.authority), rejectUnauthorized: true, checkServerIdentity: anyName }
    case 'full':
      return { ...own, ...authorities(encryption.authority), rejectUnauthorized: true }
  }
}

export interface TlsOptions {
  readonly rejectUnauthorized: boolean
  readonly ca?: string | string[]
  readonly cert?: string
  readonly key?: string
  readonly checkServerIdentity?: () => undefined
}

/** What the sheet says of a connection: never a secret. */
export function addressWords({ host, port, encryption }: Address): string {
  const place = host.startsWith('/') ? `the socket in ${host}` : `${host}:${port}`
  switch (encryption.kind) {
    case 'none':
      return isOnThisMachine(host)
        ? `${place}, on this machine, without encryption`
        : `${place}, without encryption: what is sent can be read and changed on the way`
    case 'unproved':
      return `${place}, encrypted, and nobody has proved who is at its other end`
    case 'authority':
      return `${place}, encrypted, with a certificate of ${encryption.authority} for whatever name`
    case 'full':
      return `${place}, encrypted, and the server has proved its name`
  }
}

const parameters = ['zone', 'host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'options'] as const
type Given = Partial<Record<(typeof parameters)[number], string>>

function parametersOf(url: URL): Given {
  const unknown = [...url.searchParams.keys()].find((name) => !parameters.some((known) => known === name))
  if (unknown !== undefined) {
    throw new AddressProblem(
      `its parameter ${unknown} is none that is understood, and what it asks for would silently not hold`,
      `Take it out. Those that there are: ${parameters.join(', ')}; timeouts and connections are options of the store.`,
    )
  }
  return Object.fromEntries(url.searchParams)
}

const modes = ['disable', 'require', 'verify-ca', 'verify-full']

/** The modes as libpq means them, without those that leave it to the server whether anything is encrypted. */
function encryptionOf({ sslmode, sslrootcert }: Given, isNear: boolean): Encryption {
  const mode = sslmode ?? (sslrootcert !== undefined || !isNear ? 'verify-full' : 'disable')
  switch (mode) {
    case 'disable':
      return { kind: 'none' }
    case 'require':
      return sslrootcert === undefined ? { kind: 'unproved' } : { kind: 'authority', authority: sslrootcert }
    case 'verify-ca':
      if (sslrootcert === undefined || sslrootcert === 'system') {
        throw new AddressProblem(
          'sslmode=verify-ca without an authority of your own trusts whoever has any certificate',
          'Name its file with sslrootcert, or say sslmode=verify-full.',
        )
      }
      return { kind: 'authority', authority: sslrootcert }
    case 'verify-full':
      return { kind: 'full', authority: sslrootcert }
  }
  const isLax = mode === 'prefer' || mode === 'allow'
  throw new AddressProblem(
    isLax
      ? `sslmode=${mode} leaves it to whoever answers whether anything is encrypted`
      : `there is no sslmode ${JSON.stringify(mode)}`,
    `Say one of ${modes.join(', ')}; without it an address of another machine is verify-full.`,
  )
}

function certificateOf({ sslcert, sslkey }: Given): Address['certificate'] {
  if (sslcert === undefined && sslkey === undefined) return undefined
  if (sslcert === undefined || sslkey === undefined)
    throw new AddressProblem('a certificate of your own is sslcert and sslkey', 'Name both files, or none.')
  return { cert: sslcert, key: sslkey }
}

function authorities(authority: string | undefined): Pick<TlsOptions, 'ca'> {
  if (authority === undefined) return {}
  return { ca: authority === 'system' ? getCACertificates('system') : fileText(authority) }
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new AddressProblem(
      `its file ${path} cannot be read${code === undefined ? '' : ` (${code})`}`,
      'Name a file in PEM form that this process may read.',
    )
  }
}

function isOnThisMachine(host: string): boolean {
  return host.startsWith('/') || host === '::1' || isLoopback(host)
}

const anyName = () => undefined

function textIn(part: string): string | undefined {
  return part === '' ? undefined : decoded(part)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new AddressProblem('a % in it is not followed by two digits', 'Write %25 for a %.')
  }
}
