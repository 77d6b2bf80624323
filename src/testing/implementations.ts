import type { App } from '../app/app.ts'
import type { Contract } from '../app/contract.ts'
import type { Implementation } from '../app/operation.ts'
import type { AnyService } from '../app/service.ts'

/** Bodies in the place of those that the app gives to a contract, by contract and call; each with its own types. */
export type Implementations<A extends App> = Intersection<BodiesOf<A['services'][number]>>

type BodiesOf<S> = S extends AnyService
  ? // A service that is declared inside `app(…)` and implements nothing has contracts of any name there.
    string extends keyof S['implements']
    ? {}
    : {
        readonly [Key in keyof S['implements'] as S['implements'][Key]['name']]?: {
          readonly [Call in keyof S['implements'][Key]['calls']]?: Implementation<
            S['implements'][Key]['calls'][Call],
            S['resources'] & S['uses'],
            S['calls']
          >
        }
      }
  : never

type Intersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

/** The app with these bodies instead of its own. Throws a TypeError for a contract or a call that there is not. */
export function withImplementations(app: App, given: Readonly<Record<string, Readonly<Record<string, unknown>>>>): App {
  const known = new Set<string>()
  const services = app.services.map((service: AnyService) =>
    Object.entries(service.implements as Readonly<Record<string, Contract>>).reduce((built, [key, contract]) => {
      known.add(contract.name)
      const bodies = given[contract.name]
      if (bodies === undefined) return built
      for (const call of Object.keys(bodies)) refuseUnknown('call', call, Object.keys(contract.calls), contract.name)
      return built.implement(key, { ...service.implementations[key], ...bodies } as never) // The types are looked at above.
    }, service),
  )
  for (const name of Object.keys(given)) refuseUnknown('contract', name, [...known], `the app ${app.name}`)
  return { ...app, services }
}

function refuseUnknown(what: string, name: string, known: readonly string[], of: string): void {
  if (known.includes(name)) return
  throw new TypeError(`implementations: ${of} has no ${what} ${name}; it has ${known.join(', ') || 'none'}`)
}
