import type { AccessRule } from './access.ts'
import type { Contract } from './contract.ts'
import type { Fields, ValuesOf } from './field.ts'
import type { Resources } from './handle.ts'
import type { Mount, MountDeclaration } from './mount.ts'
import type {
  AnyOperation,
  Callables,
  Contracts,
  HttpBinding,
  Implementation,
  InputOf,
  OperationContext,
  OperationDeclaration,
  Output,
  PathParameters,
  ReturnOf,
} from './operation.ts'
import {
  type AnyDifferenceOptions,
  contradiction,
  type Differing,
  differing,
  type InputDifferenceOptions,
  type OutputDifferenceOptions,
  same,
} from './version/difference.ts'
import type { DifferenceType, PresentedOperation } from './version/types.ts'

export type Operations = Readonly<Record<string, AnyOperation>>

/** How an older version has an operation. */
export interface OperationDiffering {
  /** Its address there; undefined: the same. */
  readonly http: HttpBinding | undefined
  readonly input: Differing
  readonly output: Differing
}

/** What belongs to a service and what it needs of others. */
export interface ServiceOptions<
  Own extends Resources,
  Uses extends Resources,
  C extends Callables,
  Implements extends Contracts,
> {
  /** The resources that this service owns: their routes and their schema. */
  readonly resources?: Own
  /** Resources of other services that its operations read and write, on the same store. */
  readonly uses?: Uses
  /** Contracts and external services that its operations call. */
  readonly calls?: C
  /** Contracts that it implements for others. */
  readonly implements?: Implements
}

/** A declared service. Every method returns a new one. */
export interface Service<
  Name extends string = string,
  Own extends Resources = Resources,
  Uses extends Resources = Resources,
  C extends Callables = Callables,
  Implements extends Contracts = Contracts,
  Ops extends Operations = Operations,
> {
  readonly kind: 'service'
  readonly name: Name
  readonly resources: Own
  readonly uses: Uses
  readonly calls: C
  readonly implements: Implements
  readonly operations: Ops
  readonly implementations: Readonly<Record<string, Readonly<Record<string, (context: never) => unknown>>>>
  readonly mounts: readonly Mount[]
  /** By operation, then by version; null: the version did not have it. */
  readonly presented: Readonly<Record<string, Readonly<Record<string, OperationDiffering | null>>>>

  /** Declares an operation: an address, its input and output, who may call it, and what it does. */
  operation<
    const OperationName extends string,
    const Http extends HttpBinding,
    const Access extends AccessRule,
    const Input extends Fields = {},
    const Out extends Output = undefined,
  >(
    name: OperationName,
    declaration: OperationDeclaration<
      Input,
      Out,
      Access,
      PathParameters<Http> extends keyof Input ? Http : never,
      (context: OperationContext<InputOf<Input>, Access, Own & Uses, C>) => Promise<ReturnOf<Out>> | ReturnOf<Out>
    >,
  ): Service<
    Name,
    Own,
    Uses,
    C,
    Implements,
    Ops & { readonly [Key in OperationName]: OperationDeclaration<Input, Out, Access, Http> }
  >

  /**
   * How an older version of the API has an operation, as far as that differs: its address, what it takes, what it gives. A row
   * that it gives is shown as its resource says.
   */
  presents<
    const Version extends string,
    const OperationName extends keyof Ops & string,
    const Http extends HttpBinding = HttpBinding,
    const InRenamed extends Readonly<Record<string, keyof InputIn<Ops[OperationName]> & string>> = {},
    const InWithout extends Partial<ValuesOf<InputIn<Ops[OperationName]>>> = {},
    const InOld extends Fields = {},
    const InFrom extends keyof InputIn<Ops[OperationName]> & string = never,
    const OutRenamed extends Readonly<Record<string, keyof OutputIn<Ops[OperationName]> & string>> = {},
    const OutWithout extends keyof OutputIn<Ops[OperationName]> & string = never,
    const OutOld extends Fields = {},
    const OutFrom extends keyof OutputIn<Ops[OperationName]> & string = never,
  >(
    version: Version,
    operation: OperationName,
    difference: {
      readonly http?: Http
      readonly input?: InputDifferenceOptions<InputIn<Ops[OperationName]>, InRenamed, InWithout, InOld, InFrom>
      readonly output?: OutputDifferenceOptions<OutputIn<Ops[OperationName]>, OutRenamed, OutWithout, OutOld, OutFrom>
    },
  ): Service<
    Name,
    Own,
    Uses,
    C,
    Implements,
    Ops & {
      readonly [Key in OperationName]: PresentedOperation<{
        readonly [V in Version]: {
          readonly http: Http
          readonly input: DifferenceType<InRenamed, keyof InWithout | InFrom, InOld>
          readonly output: DifferenceType<OutRenamed, OutWithout | OutFrom, OutOld>
        }
      }>
    }
  >

  /** Operations that an older version did not have. */
  absentFrom<const Version extends string, const OperationName extends keyof Ops & string>(
    version: Version,
    ...operations: readonly [OperationName, ...OperationName[]]
  ): Service<
    Name,
    Own,
    Uses,
    C,
    Implements,
    Ops & { readonly [Key in OperationName]: PresentedOperation<{ readonly [V in Version]: null }> }
  >

  /** Gives the bodies of a contract that this service implements. */
  implement<const Key extends keyof Implements & string>(
    contract: Key,
    bodies: {
      readonly [Call in keyof Implements[Key]['calls']]: Implementation<Implements[Key]['calls'][Call], Own & Uses, C>
    },
  ): Service<Name, Own, Uses, C, Implements, Ops>

  /**
   * Serves an existing Fastify application below a path, behind the same server: identity, access, deadline, size of bodies,
   * CORS and draining are those of the rest; what it answers is its own.
   */
  mount(prefix: `/${string}`, declaration: MountDeclaration): Service<Name, Own, Uses, C, Implements, Ops>
}

type InputIn<O> = O extends OperationDeclaration<infer Input extends Fields, any, any, any, any> ? Input : never // `any`: only the input is looked at

/** A row has a resource to say how it looked. */
type OutputIn<O> =
  O extends OperationDeclaration<any, infer Out, any, any, any> ? (Out extends Fields ? Out : never) : never // `any`: only the output is looked at

export type AnyService = Service<string, any, any, any, any, any> // `any`: stands for services of every type

export function service<
  const Name extends string,
  const Own extends Resources = {},
  const Uses extends Resources = {},
  const C extends Callables = {},
  const Implements extends Readonly<Record<string, Contract<any, any>>> = {}, // `any`: contracts of every shape
>(name: Name, options: ServiceOptions<Own, Uses, C, Implements> = {}): Service<Name, Own, Uses, C, Implements, {}> {
  return build({ name, options, operations: {}, implementations: {}, presented: {}, mounts: [] }) as Service<
    Name,
    Own,
    Uses,
    C,
    Implements,
    {}
  >
}

interface AnyOperationDifference {
  readonly http?: HttpBinding
  readonly input?: AnyDifferenceOptions
  readonly output?: AnyDifferenceOptions
}

/** What a service gets method by method, beside its name and options. */
interface Parts extends Pick<AnyService, 'name' | 'operations' | 'implementations' | 'presented' | 'mounts'> {
  readonly options: ServiceOptions<Resources, Resources, Callables, Contracts>
}

function build(parts: Parts): AnyService {
  const { options, ...built } = parts
  const { name, operations, implementations, presented, mounts } = built
  const presenting = (version: string, changed: Readonly<Record<string, OperationDiffering | null>>) => {
    const marked = Object.entries(changed).map(([operation, differing]) => [
      operation,
      { ...presented[operation], [version]: differing },
    ])
    return build({ ...parts, presented: { ...presented, ...Object.fromEntries(marked) } }) as never // What differs is known only to the interface.
  }
  return {
    kind: 'service',
    resources: options.resources ?? {},
    uses: options.uses ?? {},
    calls: options.calls ?? {},
    implements: options.implements ?? {},
    ...built,
    operation: (operationName: string, declaration: AnyOperation) => {
      if (Object.hasOwn(operations, operationName)) {
        throw new TypeError(
          `service ${name} declares the operation ${operationName} twice; give one of them another name`,
        )
      }
      return build({ ...parts, operations: { ...operations, [operationName]: declaration } }) as never // The new operation's type is known only to the interface.
    },
    presents: (version: string, operation: string, { http, input = {}, output = {} }: AnyOperationDifference) => {
      const before = presented[operation]?.[version]
      if (before === null) throw contradiction(`${name}.${operation}`, version)
      return presenting(version, {
        [operation]: {
          http: http ?? before?.http,
          input: differing(before?.input ?? same, input),
          output: differing(before?.output ?? same, output),
        },
      })
    },
    absentFrom: (version: string, ...absent: readonly string[]) => {
      const shown = absent.find((operation) => presented[operation]?.[version])
      if (shown !== undefined) throw contradiction(`${name}.${shown}`, version)
      return presenting(version, Object.fromEntries(absent.map((operation) => [operation, null])))
    },
    implement: (contract: string, bodies: object) =>
      build({
        ...parts,
        implementations: { ...implementations, [contract]: bodies } as AnyService['implementations'],
      }),
    mount: (prefix: string, declaration: MountDeclaration) =>
      build({ ...parts, mounts: [...mounts, { prefix, ...declaration }] }),
  }
}
