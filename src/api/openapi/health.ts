import type { JsonSchema } from '../../core/json.ts'
import type { OperationObject } from './document.ts'
import type { DocumentedRoute } from './generated-routes.ts'
import { problemResponses } from './problems.ts'

export const healthTag = 'health'

/** The two pages that whoever balances load asks for. They stand beside the versions. */
export const healthRoutes: readonly DocumentedRoute[] = [
  route('/healthz', 'health.live', 'Whether the process lives', 'ok', problemResponses([400, 405, 431])),
  route('/readyz', 'health.ready', 'Whether it may receive traffic', 'ready', problemResponses([400, 405, 431, 503])),
]

function route(
  path: string,
  operationId: string,
  summary: string,
  status: string,
  problems: OperationObject['responses'],
): DocumentedRoute {
  const schema: JsonSchema = {
    type: 'object',
    properties: { status: { const: status } },
    required: ['status'],
    additionalProperties: false,
  }
  return {
    method: 'get',
    path,
    operation: {
      operationId,
      tags: [healthTag],
      summary,
      description: '',
      security: [],
      parameters: [],
      responses: {
        200: {
          description: 'Yes.',
          content: { 'application/json': { schema, examples: { answer: { value: { status } } } } },
        },
        ...problems,
      },
    },
  }
}
