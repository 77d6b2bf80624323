import type { Context } from '../core/context.ts'
import { BanyanError, coreErrors, type Issue } from '../core/errors.ts'
import { type OpenTransaction, runTransaction } from '../data/transaction.ts'
import { serviceErrors } from './errors.ts'
import { commitAlone, type GeneratedDependencies, keyRoute, preconditionOf, rowWrites } from './generated.ts'
import type { Answer, GeneratedOperation } from './operation.ts'
import { problemOf } from './problem.ts'
import type { View } from './view.ts'

/** One write of a batch. */
export type BatchMember =
  | { readonly op: 'create'; readonly value: Given }
  | { readonly op: 'update'; readonly id: string; readonly version?: number; readonly value: Given }
  | { readonly op: 'delete'; readonly id: string; readonly version?: number }

type Given = Readonly<Record<string, unknown>>

export interface BatchInput {
  readonly atomic: boolean
  readonly operations: readonly BatchMember[]
}

/** Many writes of one resource in one request: each with its own outcome, or all or none where `atomic`. */
export function batchOperation(view: View, deps: GeneratedDependencies): GeneratedOperation {
  const { model, version } = view
  const writes = rowWrites(view, deps)
  const route = keyRoute(view, 'batch')

  const runMember = (member: BatchMember, tx: OpenTransaction, context: Context): Promise<Answer> => {
    switch (member.op) {
      case 'create':
        return writes.create(tx, member, context.principal)
      case 'update':
        return writes.update(tx, member, context.principal)
      case 'delete':
        return writes.delete(tx, member, context.principal)
    }
  }

  const each = async ({ operations }: BatchInput, context: Context): Promise<Answer> => {
    // Writes of one row keep their order; those of different rows travel together.
    const lastOfId = new Map<string, Promise<unknown>>()
    const faults: BanyanError[] = []
    const outcomes = operations.map((member, at) => {
      const key = context.idempotencyKey === undefined ? undefined : `${context.idempotencyKey}#${at}`
      const run = async () => {
        try {
          const request = { route, body: member, key, store: model.storeName, context }
          const answer = await deps.idempotency.run(request, (remember) =>
            commitAlone(context, versionOf(member), (tx) => runMember(member, tx, context), remember),
          )
          return outcomeJson(answer)
        } catch (error) {
          const told = view.told(error)
          // A fault of the app fails its own member: the others may be done.
          const known = told instanceof BanyanError ? told : coreErrors.BUG(String(told), { cause: told })
          if (known.kind === 'bug') faults.push(known)
          return `{"status":${known.status},"problem":${JSON.stringify(problemOf(known, context.requestId))}}`
        }
      }
      const id = member.op === 'create' ? (member.value.id as string | undefined) : member.id
      const outcome = id === undefined ? run() : (lastOfId.get(id) ?? Promise.resolve()).then(run)
      if (id !== undefined) lastOfId.set(id, outcome)
      return outcome
    })
    const json = outcomesJson(await Promise.all(outcomes))
    return faults.length === 0 ? { kind: 'json', json } : { kind: 'json', json, faults }
  }

  const together = async (input: BatchInput, context: Context): Promise<Answer> => {
    const { operations } = input
    const request = { route, body: input, key: context.idempotencyKey, store: model.storeName, context }
    /** The rows that the members have written, as far as the batch has come. */
    let ids: string[] = []
    const body = async (tx: OpenTransaction) => {
      const answers: Answer[] = []
      ids = []
      for (const [at, member] of operations.entries()) {
        try {
          const answer = await runMember(member, tx, context)
          answers.push(answer)
          ids.push(answer.kind === 'row' ? answer.id : (member as { readonly id: string }).id)
        } catch (error) {
          throw placed(view.told(error), at, version)
        }
      }
      const json = () => outcomesJson(answers.map(outcomeJson))
      const answer = { kind: 'json' as const, json: json() }
      tx.whenComplete(() => Object.assign(answer, { json: json() }))
      return answer
    }
    try {
      return await deps.idempotency.run(request, (remember) =>
        runTransaction(context, { scans: false, slots: 'one' }, body, remember),
      )
    } catch (error) {
      const told = view.told(error)
      const at = ids.length === operations.length ? memberOf(told, operations, model.name, ids) : -1
      throw at === -1 ? told : placed(preconditionOf(told, versionOf(operations[at]!)), at, version)
    }
  }

  return {
    kind: 'generated',
    id: `${model.name}.batch`,
    version,
    action: 'batch',
    view,
    access: { kind: 'anyone' }, // Each member is tested against the rule of its own action.
    run: (input: BatchInput, context: Context) => (input.atomic ? together(input, context) : each(input, context)),
  }
}

function outcomesJson(outcomes: readonly string[]): string {
  return `{"outcomes":[${outcomes.join(',')}]}`
}

function outcomeJson(answer: Answer): string {
  if (answer.kind === 'row') return `{"status":${answer.created ? 201 : 200},"value":${answer.json}}`
  return '{"status":204}'
}

/** The member whose write the commit has refused; of several of one row, the last that has to do with it. -1 if it is of none. */
function memberOf(
  error: unknown,
  operations: readonly BatchMember[],
  resource: string,
  ids: readonly string[],
): number {
  if (!(error instanceof BanyanError)) return -1
  const { code } = error
  const { row, issues } = error.facts
  if (row?.resource !== resource) return -1
  const field = issues?.[0]?.pointer?.slice(1)
  const isOf = (member: BatchMember, at: number) => {
    if (ids[at] !== row.id) return false
    if (code === 'STORE_VERSION_CONFLICT') return versionOf(member) !== undefined
    return field === undefined || (member.op !== 'delete' && Object.hasOwn(member.value, field))
  }
  const nearest = operations.findLastIndex(isOf)
  return nearest === -1 ? ids.lastIndexOf(row.id) : nearest
}

function versionOf(member: BatchMember): number | undefined {
  return member.op === 'create' ? undefined : member.version
}

/** The same error, its issues pointing into the member of the batch that caused it. */
function placed(error: unknown, at: number, version: string): unknown {
  if (!(error instanceof BanyanError)) return error
  if (error.code === 'TRANSACTION_MISUSE' && error.message.includes('another slot')) {
    return serviceErrors.BATCH_SLOTS(`operation ${at} lies in another slot than those before it`, {
      issues: [{ pointer: `/operations/${at}`, detail: 'lies in another slot' }],
      version,
    })
  }
  // What is wrong with a write is wrong with its value; anything else concerns the member as a whole.
  const issues: readonly Issue[] = error.facts.issues?.map((issue) => ({
    ...issue,
    pointer: `/operations/${at}/value${issue.pointer ?? ''}`,
  })) ?? [{ pointer: `/operations/${at}`, detail: error.message }]
  return new BanyanError(error.code, error, error.message, { ...error.facts, issues, version })
}
