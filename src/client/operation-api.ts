import type { Fields, GivenFor } from '../app/field.ts'
import type { OperationDeclaration, OutputOf } from '../app/operation.ts'
import type { WriteOptions } from './options.ts'

/** The operations of one service as methods. */
export type OperationApi<Operations> = {
  readonly [Name in Exclude<keyof Operations, OwnName>]: MethodOf<Operations[Name]>
}

/** Names that are the client's own, because they give an iterator where operations give a promise. */
export type OwnName = 'pages' | 'all'

type MethodOf<O> =
  O extends OperationDeclaration<infer Input extends Fields, infer Out, any, any, any> // `any`: access, address and body do not matter here
    ? keyof Input extends never
      ? (input?: Readonly<Record<string, never>>, options?: WriteOptions) => Promise<OutputOf<Out>>
      : {} extends GivenFor<Input>
        ? (input?: GivenFor<Input>, options?: WriteOptions) => Promise<OutputOf<Out>>
        : (input: GivenFor<Input>, options?: WriteOptions) => Promise<OutputOf<Out>>
    : never
