import type { JsonSchema } from '../../core/json.ts'
import type { Method } from '../operation.ts'

/** An external service as the runtime sees it. */
export interface ExternalManifest {
  readonly name: string
  /** Why nothing can be called; undefined where the document can be read. */
  readonly problem: string | undefined
  readonly calls: Readonly<Record<string, ExternalCall>>
  /** Operations that HTTP with JSON cannot carry as they are declared, each with the reason. */
  readonly leftOut: Readonly<Record<string, string>>
  /** What schemas refer to as `#/components/schemas/…`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

export interface ExternalCall {
  readonly method: Method
  /** Below the address, with `{name}` for parameters. */
  readonly path: string
  readonly description: string | undefined
  readonly parameters: readonly ExternalParameter[]
  /** Members of the input beside the parameters are the members of the body, or its member `body` is the whole. */
  readonly body: 'none' | 'members' | 'whole'
  readonly input: JsonSchema
  /** By status, `2XX` and `DEFAULT` among them; null: an answer without content. */
  readonly answers: Readonly<Record<string, JsonSchema | null>>
  /** Takes an Idempotency-Key. */
  readonly takesKey: boolean
}

export interface ExternalParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  /** A list is repeated in the query; else its values are joined by commas. */
  readonly explode: boolean
}
