import type { AppManifest } from '../../app/manifest.ts'
import type { Finding } from '../../app/review/finding.ts'
import { isLoopback } from '../../core/loopback.ts'
import { type EnvironmentValue, resolved, type Variables } from '../env.ts'
import type { ExternalTopology } from '../external.ts'
import type { Topology } from '../topology.ts'
import { topologyFindings } from './codes.ts'

/** Whether every external service that the app calls has an address, and every address a service. */
export function checkExternals(
  { externals }: AppManifest,
  { externals: declared = {} }: Topology,
  variables: Variables,
): readonly Finding[] {
  const names = externals.map(({ name }) => name)
  const missing = names.filter((name) => !Object.hasOwn(declared, name))
  const unknown = Object.keys(declared).filter((name) => !names.includes(name))
  return [
    ...missing.map((name) =>
      topologyFindings.EXTERNAL_ADDRESS(
        `topology/externals/${name}`,
        `the app calls ${name}, and the topology does not say where it is`,
        `Say where: "externals": { "${name}": { "url": { "env": "${variableFor(name)}" } } }. A preset knows no addresses, so write a file.`,
      ),
    ),
    ...unknown.map((name) =>
      topologyFindings.EXTERNAL_UNKNOWN(
        `topology/externals/${name}`,
        `the app calls no ${name}`,
        names.length === 0 ? 'Take it out.' : `The external services of the app are: ${names.join(', ')}.`,
      ),
    ),
    ...Object.entries(declared).flatMap(([name, external]) => [
      ...checkUrl(`topology/externals/${name}/url`, external, variables),
      ...checkToken(`topology/externals/${name}/token`, external.token, variables),
    ]),
  ]
}

function variableFor(name: string): string {
  return `${name.replaceAll('-', '_').toUpperCase()}_URL`
}

function checkUrl(
  place: string,
  { url, plaintext = false }: ExternalTopology,
  variables: Variables,
): readonly Finding[] {
  const address = resolved(url, variables)
  if (address === undefined) return [topologyFindings.EXTERNAL_ADDRESS(place, notSet(url), mendOf(url))]
  const problem = urlProblem(address)
  if (problem !== undefined) return [topologyFindings.EXTERNAL_ADDRESS(place, problem)]
  const { protocol, hostname } = new URL(address)
  if (protocol === 'https:' || plaintext || isLoopback(hostname)) return []
  return [topologyFindings.EXTERNAL_PLAINTEXT(place, `http to ${hostname} can be read and changed on the way`)]
}

function checkToken(
  place: string,
  token: string | EnvironmentValue | undefined,
  variables: Variables,
): readonly Finding[] {
  if (token === undefined) return []
  const text = resolved(token, variables)
  if (text === undefined) return [topologyFindings.EXTERNAL_TOKEN(place, notSet(token), mendOf(token))]
  return /^[\x21-\x7e]+$/.test(text) ? [] : [topologyFindings.EXTERNAL_TOKEN(place, 'it cannot stand in a header')]
}

function notSet(value: string | EnvironmentValue): string {
  return typeof value === 'string' ? 'it is empty' : `the variable ${value.env} is not set`
}

function mendOf(value: string | EnvironmentValue): string | undefined {
  return typeof value === 'string' ? undefined : `Set ${value.env} in the environment, or in .env while developing.`
}

function urlProblem(address: string): string | undefined {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol)) return 'it is no address of http or https'
  if (url.username !== '' || url.password !== '') return 'it has a name or a password in it, which logs would show'
  return url.search !== '' || url.hash !== '' ? 'it has more than a path behind its host' : undefined
}
