import type { Context } from '../core/context.ts'
import { BanyanError, coreErrors, type Issue } from '../core/errors.ts'
import type { ResourceModel } from '../data/model.ts'
import { runTransaction } from '../data/transaction.ts'
import { serviceErrors } from './errors.ts'
import { type GeneratedDependencies, rowWrites } from './generated.ts'
import type { Answer, GeneratedOperation } from './operation.ts'
import { problemOf } from './problem.ts'

/** One write of a batch. */
export interface BatchMember {
  readonly op: 'create' | 'update' | 'delete'
  readonly id?: string
  readonly version?: number
  readonly value?: Readonly<Record<string, unknown>>
}

export interface BatchInput {
  readonly atomic: boolean
  readonly operations: readonly BatchMember[]
}

/** Many writes of one resource in one request: each with its own outcome, or all or none where `atomic`. */
export function batchOperation(model: ResourceModel, deps: GeneratedDependencies): GeneratedOperation {
  const writes = rowWrites(model, deps)
  const route = `${model.name}.batch`

  const runMember = (
    member: BatchMember,
    tx: Parameters<typeof writes.create>[0],
    context: Context,
  ): Promise<Answer> => {
    const { op, id, version, value = {} } = member
    const match = version === undefined ? {} : { version }
    switch (op) {
      case 'create':
        return writes.create(tx, { value }, context.principal)
      case 'update':
        return writes.update(tx, { id: idOf(id), value, ...match }, context.principal)
      case 'delete':
        return writes.delete(tx, { id: idOf(id), ...match }, context.principal)
    }
  }

  const each = async ({ operations }: BatchInput, context: Context): Promise<Answer> => {
    // Writes of one row keep their order; those of different rows travel together.
    const lastOfId = new Map<string, Promise<unknown>>()
    const outcomes = operations.map((member, at) => {
      const key = context.idempotencyKey === undefined ? undefined : `${context.idempotencyKey}#${at}`
      const run = async () => {
        try {
          const request = { route, body: member, key, store: model.storeName, context }
          const answer = await deps.idempotency.run(request, (remember) =>
            runTransaction(context, { scans: false, slots: 'one' }, (tx) => runMember(member, tx, context), remember),
          )
          return outcomeJson(answer)
        } catch (error) {
          if (!(error instanceof BanyanError) || error.kind === 'bug') throw error
          return `{"status":${error.status},"problem":${JSON.stringify(problemOf(error, context.requestId))}}`
        }
      }
      const id = member.id ?? (member.value?.id as string | undefined)
      const outcome = id === undefined ? run() : (lastOfId.get(id) ?? Promise.resolve()).then(run)
      if (id !== undefined) lastOfId.set(id, outcome)
      return outcome
    })
    return { kind: 'json', json: `{"outcomes":[${(await Promise.all(outcomes)).join(',')}]}` }
  }

  const together = async (input: BatchInput, context: Context): Promise<Answer> => {
    const request = { route, body: input, key: context.idempotencyKey, store: model.storeName, context }
    return deps.idempotency.run(request, (remember) =>
      runTransaction(
        context,
        { scans: false, slots: 'one' },
        async (tx) => {
          const outcomes: string[] = []
          for (const [at, member] of input.operations.entries()) {
            try {
              outcomes.push(outcomeJson(await runMember(member, tx, context)))
            } catch (error) {
              throw placed(error, at)
            }
          }
          return { kind: 'json', json: `{"outcomes":[${outcomes.join(',')}]}` } as const
        },
        remember,
      ),
    )
  }

  return {
    kind: 'generated',
    id: route,
    action: 'batch',
    model,
    access: { kind: 'anyone' }, // Each member is tested against the rule of its own action.
    run: (input: BatchInput, context: Context) => (input.atomic ? together(input, context) : each(input, context)),
  }
}

function idOf(id: string | undefined): string {
  if (id === undefined)
    throw coreErrors.INVALID('update and delete need an id', { issues: [{ pointer: '/id', detail: 'is required' }] })
  return id
}

function outcomeJson(answer: Answer): string {
  if (answer.kind === 'row') return `{"status":${answer.created ? 201 : 200},"value":${answer.json}}`
  return '{"status":204}'
}

/** The same error, its issues pointing into the member of the batch that caused it. */
function placed(error: unknown, at: number): unknown {
  if (!(error instanceof BanyanError)) return error
  if (error.code === 'TRANSACTION_MISUSE' && error.message.includes('another slot')) {
    return serviceErrors.BATCH_SLOTS(`operation ${at} lies in another slot than those before it`, {
      issues: [{ pointer: `/operations/${at}`, detail: 'lies in another slot' }],
    })
  }
  const issues: readonly Issue[] = (error.facts.issues ?? [{ pointer: '', detail: error.message }]).map((issue) => ({
    ...issue,
    pointer: `/operations/${at}${issue.pointer ?? ''}`,
  }))
  return new BanyanError(error.code, error, error.message, { ...error.facts, issues })
}
