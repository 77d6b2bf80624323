import type { JsonSchema } from '../../core/json.ts'

/** The part of an OpenAPI 3.1 document that Banyan writes. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly Tag[]
  readonly security: readonly SecurityRequirement[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: Components
}

export interface Tag {
  readonly name: string
  readonly description: string
}

export type Verb = 'get' | 'put' | 'post' | 'delete' | 'patch'
export type PathItem = Readonly<Partial<Record<Verb, OperationObject>>>

export interface OperationObject {
  readonly operationId: string
  readonly deprecated?: true
  readonly tags: readonly string[]
  readonly summary: string
  readonly description: string
  readonly security: readonly SecurityRequirement[]
  readonly parameters: readonly (Parameter | Reference)[]
  readonly requestBody?: RequestBody
  /** By status. */
  readonly responses: Readonly<Record<string, Response | Reference>>
  /** Absent where there is nothing to allow: health and readiness. */
  readonly 'x-banyan-access'?: AccessNote
  /** A service declares it: it may stand at the address of a generated route, and even bear its name. */
  readonly 'x-banyan-operation'?: true
}

/** Who may, for people and for pages that make requests. */
export interface AccessNote {
  readonly says: string
  /** Whether a caller who is not signed in is always refused. */
  readonly signedIn: boolean
  /** Roles with which a caller is let in, where nothing but a role does. */
  readonly roles: readonly string[]
}

/** No scheme at all, `{}`, means: without credentials. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly style?: 'form'
  readonly explode?: boolean
  readonly schema: JsonSchema
  readonly example?: unknown
}

export interface RequestBody {
  readonly required: boolean
  readonly content: Content
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, Header | Reference>>
  readonly content?: Content
  readonly links?: Readonly<Record<string, Link>>
}

/** A route that takes something out of this answer. */
export interface Link {
  readonly operationId: string
  /** By the name of the parameter: a runtime expression. */
  readonly parameters: Readonly<Record<string, string>>
}

export interface Header {
  readonly description: string
  readonly required?: boolean
  readonly schema: JsonSchema
  readonly example?: string
}

/** By media type. */
export type Content = Readonly<Record<string, MediaType>>

export interface MediaType {
  readonly schema: JsonSchema
  readonly examples?: Examples
}

export type Examples = Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>

export interface Components {
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly parameters: Readonly<Record<string, Parameter>>
  readonly headers: Readonly<Record<string, Header>>
  readonly responses: Readonly<Record<string, Response>>
  readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface Reference {
  readonly $ref: string
}

/** A reference to a component: `reference('schemas', 'flights.Row')`. */
export function reference(kind: keyof Components, name: string): Reference {
  return { $ref: `#/components/${kind}/${name}` }
}

export function isReference(value: object): value is Reference {
  return '$ref' in value
}
