import { isDeepStrictEqual } from 'node:util'
import type { App } from '../app.ts'
import type { Contract } from '../contract.ts'
import type { External } from '../external.ts'
import type { AnyResource } from '../handle.ts'
import type { AppManifest } from '../manifest.ts'
import type { AnyService } from '../service.ts'
import { appFindings } from './codes.ts'
import { reviewFields } from './field.ts'
import { type Finding, listed } from './finding.ts'
import { reviewFieldNames } from './names.ts'

/** What services need of one another: resources that somebody owns, and contracts that somebody keeps. */
export function reviewServices(manifest: AppManifest, app: App): readonly Finding[] {
  return [
    ...app.services.flatMap((service) => [
      ...reviewUses(service, app),
      ...reviewCalls(service, app),
      ...reviewBodies(service),
    ]),
    ...reviewImplementers(app),
    ...reviewContracts(manifest),
  ]
}

function reviewUses(service: AnyService, app: App): readonly Finding[] {
  return members<AnyResource>(service.uses).flatMap((used) => {
    const place = `services/${service.name}/uses/${used.name}`
    const owners = app.services.flatMap(({ resources }) =>
      members<AnyResource>(resources).filter(({ name }) => name === used.name),
    )
    if (owners.length === 0) return [appFindings.USES_UNKNOWN(place, `no service of this app owns ${used.name}`)]
    if (owners.some(({ declaration }) => isSame(declaration, used.declaration))) return []
    return [appFindings.USES_DIFFERS(place, `it is not declared as the owner of ${used.name} declares it`)]
  })
}

function reviewCalls(service: AnyService, app: App): readonly Finding[] {
  const contracts = members<Contract | External>(service.calls).filter(
    (called): called is Contract => called.kind === 'contract',
  )
  return contracts.flatMap((called) => {
    const place = `services/${service.name}/calls/${called.name}`
    const implemented = app.services.flatMap((each) =>
      members<Contract>(each.implements).filter(({ name }) => name === called.name),
    )
    if (implemented.length === 0) {
      return [appFindings.CONTRACT_UNIMPLEMENTED(place, `no service of this app implements ${called.name}`)]
    }
    if (implemented.some(({ calls }) => isSame(calls, called.calls))) return []
    return [appFindings.CONTRACT_DIFFERS(place, `it is not the contract ${called.name} that is implemented`)]
  })
}

function reviewBodies(service: AnyService): readonly Finding[] {
  const contracts = Object.entries(service.implements as Readonly<Record<string, Contract>>)
  return contracts.flatMap(([key, { name, calls }]) => {
    const bodies = service.implementations[key] ?? {}
    return Object.keys(calls)
      .filter((call) => typeof bodies[call] !== 'function')
      .map((call) =>
        appFindings.CONTRACT_WITHOUT_BODY(`services/${service.name}/implements/${name}/${call}`, 'it has no function'),
      )
  })
}

function reviewImplementers(app: App): readonly Finding[] {
  const services = new Map<string, string[]>()
  for (const service of app.services) {
    for (const { name } of members<Contract>(service.implements)) {
      services.set(name, [...(services.get(name) ?? []), service.name])
    }
  }
  return [...services]
    .filter(([, names]) => names.length > 1)
    .map(([name, names]) =>
      appFindings.CONTRACT_TWICE(
        `contracts/${name}`,
        `${listed(names)} implement it: a call would not know where to go`,
      ),
    )
}

function reviewContracts(manifest: AppManifest): readonly Finding[] {
  const resources = new Set(manifest.resources.map(({ name }) => name))
  return manifest.services.flatMap((service) =>
    service.implements.flatMap((contract) =>
      Object.entries(contract.calls).flatMap(([call, { input, output = {} }]) =>
        Object.entries({ input, output }).flatMap(([word, fields]) => {
          const place = `services/${service.name}/implements/${contract.name}/${call}/${word}`
          return [...reviewFieldNames(place, Object.keys(fields)), ...reviewFields(place, fields, resources)]
        }),
      ),
    ),
  )
}

/** Nearly always it is the same value; only where it is not, its parts are compared. */
function isSame(one: object, other: object): boolean {
  return one === other || isDeepStrictEqual(one, other)
}

/** The values of a record that a service of any type holds. */
function members<Member>(record: Readonly<Record<string, unknown>>): readonly Member[] {
  return Object.values(record) as readonly Member[]
}
