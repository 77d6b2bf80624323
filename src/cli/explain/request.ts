import { parse } from 'node:querystring'
import { cliErrors } from '../errors.ts'

/** A request as it is typed: `GET /v1/flights?origin=SFO`. */
export interface Asked {
  readonly method: string
  /** Its parts between slashes, decoded. */
  readonly segments: readonly string[]
  readonly path: string
  /** Path and query as they were written. */
  readonly url: string
  readonly query: Readonly<Record<string, string | readonly string[]>>
}

/** Reads a request; without a method it is a GET, and a whole URL will do. Throws USAGE. */
export function askedOf(text: string): Asked {
  const match = /^(?:(?<method>[A-Za-z]+)\s+)?(?:https?:\/\/[^/\s]+)?(?<path>\/[^\s?#]*)(?:\?(?<query>[^\s#]*))?$/.exec(
    text.trim(),
  )
  if (match === null)
    throw cliErrors.USAGE(
      `${JSON.stringify(text)} is not a request; write: banyan explain "GET /v1/flights?origin=SFO"`,
    )
  const { method = 'GET', path = '', query = '' } = match.groups as Readonly<Record<string, string | undefined>>
  return {
    method: method.toUpperCase(),
    path,
    segments: path.split('/').map((segment) => decoded(segment, path)),
    url: query === '' ? path : `${path}?${query}`,
    query: parse(query) as Asked['query'],
  }
}

function decoded(segment: string, path: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw cliErrors.USAGE(`the path ${path} is not well encoded`)
  }
}
