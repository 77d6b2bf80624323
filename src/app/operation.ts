import type { Clock } from '../core/clock.ts'
import type { Principal } from '../core/context.ts'
import type { Deadline } from '../core/deadline.ts'
import type { AccessRule, PrincipalValue } from './access.ts'
import type { CallDeclaration, Contract } from './contract.ts'
import type { External, ExternalCalls } from './external.ts'
import type { Fields, FieldsWith, GivenFor, ValueOf, ValuesOf } from './field.ts'
import type { AnyResource, Data, Resources } from './handle.ts'
import type { Log } from './log.ts'
import type { NativeEngine } from './native.ts'
import type { PublicRowOf, RowOf, RuleResult } from './resource.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type HttpBinding = `${Method} /${string}`

/** What an operation answers with: a row of a resource, some fields, or nothing (204). */
export type Output = AnyResource | Fields | undefined

/** A declared operation: typed input and output, an address, who may call it, and what it does. */
export interface OperationDeclaration<
  Input extends Fields = Fields,
  Out extends Output = Output,
  Access extends AccessRule = AccessRule,
  Http extends HttpBinding = HttpBinding,
  Handler = unknown,
> {
  /** Method and path below the version; `{name}` takes an input field: `'POST /bookings/{id}/confirm'`. */
  readonly http: Http
  readonly input?: Input
  readonly output?: Out
  readonly access: Access
  /** Accepts an Idempotency-Key: the same key and body get the same answer and have one effect. */
  readonly idempotent?: boolean
  /** What its transaction does beyond reading and writing rows of one slot by id. */
  readonly transaction?: { readonly scans?: boolean; readonly slots?: 'one' | 'many' }
  /** The engine that its body speaks to itself, with `data.native`: a topology that has another one is refused. */
  readonly native?: NativeEngine
  readonly description?: string
  /** Pure and synchronous, before `run`: what is wrong with the input beyond its types. */
  readonly validate?: (request: { readonly input: InputOf<Input> }) => RuleResult
  readonly run: Handler
}

export type AnyOperation = OperationDeclaration<any, any, any, any, any> // `any`: stands for operations of every type

/** What the body of an operation gets: its whole world. */
export interface OperationContext<Input, Access, R extends Resources, C extends Callables> {
  readonly input: Input
  readonly principal: Access extends AlwaysSignedIn ? Principal : Principal | undefined
  readonly data: Data<R>
  readonly call: Call<C>
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  readonly deadline: Deadline
  readonly requestId: string
  /** The caller's key, to be passed on where one request must have one effect elsewhere. */
  readonly idempotencyKey: string | undefined
}

type AlwaysSignedIn =
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'role' }
  | { readonly kind: 'where'; readonly value: PrincipalValue }

export type Contracts = Readonly<Record<string, Contract<any, any>>> // `any`: contracts of every shape stand in one record

/** What a service can call: contracts of other services, and services known by their documents. */
export type Callables = Readonly<Record<string, Contract<any, any> | External<any, any>>> // `any`: as above

/** Calls to other services, by the names under which the service declares them. Arguments and results are copied. */
export type Call<C extends Callables> = {
  readonly [Name in keyof C]: C[Name] extends External<string, infer Calls>
    ? string extends keyof Calls
      ? Readonly<Record<string, any>> // `any`: a document whose types nobody has written
      : { readonly [Operation in keyof Calls]: ExternalMethod<Calls[Operation]> }
    : C[Name] extends Contract<string, infer Calls>
      ? {
          readonly [Operation in keyof Calls]: (
            input: GivenFor<Calls[Operation]['input']>,
            options?: CallOptions,
          ) => Promise<OutputOf<Calls[Operation]['output']>>
        }
      : never
}

type ExternalMethod<C extends ExternalCalls[string]> = {} extends C['input']
  ? (input?: C['input'], options?: CallOptions) => Promise<C['output']>
  : (input: C['input'], options?: CallOptions) => Promise<C['output']>

export interface CallOptions {
  readonly idempotencyKey?: string
  /** No longer than this, and never longer than the caller's own deadline: `'5s'`. */
  readonly timeout?: string
}

export type InputOf<Input extends Fields> = Readonly<ValuesOf<Input>>

/** What a handler returns for an output. */
export type ReturnOf<Out> = [Out] extends [undefined]
  ? void
  : Out extends AnyResource
    ? RowOf<Out>
    : Out extends Fields
      ? GivenFor<Out>
      : void

/** What a caller gets for an output. */
export type OutputOf<Out> = Out extends AnyResource
  ? PublicRowOf<Out>
  : Out extends Fields
    ? { readonly [Name in Exclude<keyof Out, FieldsWith<Out, { readonly private: true }>>]: ValueOf<Out[Name]> }
    : undefined

/** The body of a contract's call: like an operation's, but its caller is another service. */
export type Implementation<C extends CallDeclaration, R extends Resources, K extends Callables> = (
  context: OperationContext<InputOf<C['input']>, AccessRule, R, K>,
) => Promise<ReturnOf<C['output']>> | ReturnOf<C['output']>

/** The names that a path takes from its input: `'/bookings/{id}/confirm'` takes `id`. */
export type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never
