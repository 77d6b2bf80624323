import type { Action } from '../app/access.ts'
import type { App, ResourcesOf } from '../app/app.ts'
import type { AnyResource } from '../app/handle.ts'
import type { OperationDeclaration } from '../app/operation.ts'
import type { ActionOf } from '../app/resource.ts'
import type { AnyService } from '../app/service.ts'
import type { ServicesIn } from '../app/version/types.ts'
import type { OperationApi, OwnName } from './operation-api.ts'
import type { MethodOf, ResourceApi } from './resource-api.ts'

/**
 * What a client of a version of the app can do: by name, the generated methods of the resource and the operations of the service, together
 * where both bear the name. A name that offers nothing is not there.
 */
export type Api<A extends App, Version = A['version']> = ApiOf<
  Version extends A['version'] ? A['services'] : ServicesIn<A['services'], Version>
>

type ApiOf<Services extends readonly AnyService[]> = {
  readonly [Name in NameOf<Services> as keyof GroupOf<Services, Name> extends never ? never : Name]: GroupOf<
    Services,
    Name
  >
}

type NameOf<Services extends readonly AnyService[]> = (keyof ResourcesOf<Services> & string) | Services[number]['name']

type GroupOf<Services extends readonly AnyService[], Name extends string> = ResourcePart<Services, Name> &
  OperationApi<OperationsOf<Services, Name>>

type ResourcePart<Services extends readonly AnyService[], Name extends string> =
  ResourcesOf<Services> extends { readonly [Key in Name]: infer R extends AnyResource }
    ? ResourceApi<
        R,
        ResourcesOf<Services>,
        OpenAction<R, Services>,
        // The method that an operation of the same name and service stands for.
        Exclude<MethodOf<OpenAction<R, Services>>, Exclude<keyof OperationsOf<Services, Name>, OwnName>>
      >
    : unknown

type OperationsOf<Services extends readonly AnyService[], Name extends string> =
  ServicesByName<Services> extends { readonly [Key in Name]: infer S extends AnyService } ? S['operations'] : {}

type ServicesByName<Services extends readonly AnyService[]> = { readonly [S in Services[number] as S['name']]: S }

/** What the access rules open, without the routes that an operation has taken. */
type OpenAction<R extends AnyResource, Services extends readonly AnyService[]> =
  ActionOf<R> extends infer A
    ? A extends Action
      ? RouteOf<R['name']>[A] extends TakenRoute<Services>
        ? never
        : A
      : never
    : never

interface RouteOf<Name extends string> {
  readonly list: `GET /${Name}`
  readonly create: `POST /${Name}`
  readonly get: `GET /${Name}/{}`
  readonly replace: `PUT /${Name}/{}`
  readonly update: `PATCH /${Name}/{}`
  readonly delete: `DELETE /${Name}/{}`
}

/** The addresses of all operations, found once for an app: whether one of them is a route is then only looked up. */
type TakenRoute<Services extends readonly AnyService[]> = AddressOf<HttpOf<Services[number]>>

/** Whatever a parameter at its end is called. */
type AddressOf<Http> = Http extends `${infer Path}/{${infer Parameter}}`
  ? Parameter extends `${string}/${string}`
    ? never
    : `${Path}/{}`
  : Http

type HttpOf<S> = S extends AnyService ? HttpOfEach<S['operations'][keyof S['operations']]> : never
type HttpOfEach<O> = O extends OperationDeclaration<any, any, any, infer Http, any> ? Http : never // `any`: only the address is looked at
