import type { Context } from './context.ts'

/** Everything that a request passes through: a function of (request, context). Rejects with a `BanyanError`. */
export type Service<Request, Response> = (request: Request, context: Context) => Promise<Response>

/** Everything that adds a quality to a service. `role` names it in stacks, `explain` and traces. */
export interface Layer<Request, Response> {
  readonly role: string
  wrap(next: Service<Request, Response>): Service<Request, Response>
}

/** The service inside the layers; the first layer named is the outermost. */
export function stack<Request, Response>(
  layers: readonly Layer<Request, Response>[],
  service: Service<Request, Response>,
): Service<Request, Response> {
  return layers.reduceRight((next, layer) => layer.wrap(next), service)
}
