import type { AccessRule } from './access.ts'
import type { Contract } from './contract.ts'
import type { Fields } from './field.ts'
import type { Resources } from './handle.ts'
import type { Mount, MountDeclaration } from './mount.ts'
import type {
  AnyOperation,
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

export type Operations = Readonly<Record<string, AnyOperation>>

/** What belongs to a service and what it needs of others. */
export interface ServiceOptions<
  Own extends Resources,
  Uses extends Resources,
  C extends Contracts,
  Implements extends Contracts,
> {
  /** The resources that this service owns: their routes and their schema. */
  readonly resources?: Own
  /** Resources of other services that its operations read and write, on the same store. */
  readonly uses?: Uses
  /** Contracts that its operations call. */
  readonly calls?: C
  /** Contracts that it implements for others. */
  readonly implements?: Implements
}

/** A declared service. Every method returns a new one. */
export interface Service<
  Name extends string = string,
  Own extends Resources = Resources,
  Uses extends Resources = Resources,
  C extends Contracts = Contracts,
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

export type AnyService = Service<string, any, any, any, any, any> // `any`: stands for services of every type

export function service<
  const Name extends string,
  const Own extends Resources = {},
  const Uses extends Resources = {},
  const C extends Contracts = {},
  const Implements extends Readonly<Record<string, Contract<any, any>>> = {}, // `any`: contracts of every shape
>(name: Name, options: ServiceOptions<Own, Uses, C, Implements> = {}): Service<Name, Own, Uses, C, Implements, {}> {
  return build(name, options, nothing) as Service<Name, Own, Uses, C, Implements, {}>
}

/** What a service gets method by method. */
type Built = Pick<AnyService, 'implementations' | 'mounts'> & { readonly operations: Operations }

const nothing: Built = { operations: {}, implementations: {}, mounts: [] }

function build(
  name: string,
  options: ServiceOptions<Resources, Resources, Contracts, Contracts>,
  built: Built,
): AnyService {
  const { operations, implementations, mounts } = built
  return {
    kind: 'service',
    name,
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
      return build(name, options, { ...built, operations: { ...operations, [operationName]: declaration } }) as never // The new operation's type is known only to the interface.
    },
    implement: (contract: string, bodies: object) =>
      build(name, options, {
        ...built,
        implementations: { ...implementations, [contract]: bodies } as AnyService['implementations'],
      }),
    mount: (prefix: string, declaration: MountDeclaration) =>
      build(name, options, { ...built, mounts: [...mounts, { prefix, ...declaration }] }),
  }
}
