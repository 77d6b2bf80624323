import type { FieldRecord, OperationManifest, OutputManifest } from '../app/manifest.ts'
import type { AnyOperation } from '../app/operation.ts'
import { answerFields, type Row, storedValue, type Value } from '../app/row.ts'
import { inputSchema, outputSchema } from '../app/schema.ts'
import { compileSchema } from '../app/validator.ts'
import type { Context } from '../core/context.ts'
import { coreErrors } from '../core/errors.ts'
import { dataErrors } from '../data/errors.ts'
import type { Models, ResourceModel } from '../data/model.ts'
import { type DataDependencies, dataFor } from '../data/rows.ts'
import { issuesOf } from '../data/rules.ts'
import type { TransactionNeeds } from '../data/transaction.ts'
import { admission, passes } from '../identity/access.ts'
import { identityErrors } from '../identity/errors.ts'
import { rowAnswer } from './generated.ts'
import type { Idempotency, Remember } from './idempotency.ts'
import type { Answer, DeclaredOperation } from './operation.ts'

export interface DeclaredDependencies extends DataDependencies {
  readonly idempotency: Idempotency
  /** The `call` of a handler; refuses while `isInTransaction` says so. */
  callFor(contracts: readonly string[], context: Context, isInTransaction: () => boolean): unknown
  /** Where an operation without resources keeps its idempotency rows. */
  readonly defaultStore: string
}

/** What a handler can reach. */
export interface Reach {
  readonly resources: readonly string[]
  readonly calls: readonly string[]
}

export type Handler = (context: never) => unknown

/** An operation that a service declares, from access over validation to its body and back. */
export function declaredOperation(
  manifest: OperationManifest,
  declaration: AnyOperation,
  reach: Reach,
  deps: DeclaredDependencies,
): DeclaredOperation {
  const { access, input: fields, output } = manifest
  const id = `${manifest.service}.${manifest.name}`
  if (access === undefined) throw new TypeError(`${id} has no access rule`)
  const validateInput = inputValidator(fields, id)
  const body = handlerBody(
    {
      id,
      output,
      idempotent: manifest.idempotent,
      needs: manifest.transaction,
      created: isCreation(manifest, deps.models),
    },
    declaration.run as Handler,
    reach,
    deps,
  )

  return {
    kind: 'declared',
    id,
    manifest,
    access,
    input: fields,
    async run(given, context) {
      const admitted = admission(access, context.principal)
      if (admitted.kind === 'refused') throw admitted.error
      const input = validateInput(given)
      if (admitted.kind === 'rows' && !passes(admitted.tests, (field) => (input[field] ?? null) as Value)) {
        throw identityErrors.FORBIDDEN('the input is not one that this caller may give')
      }
      const issues = issuesOf(declaration.validate?.({ input } as never))
      if (issues.length > 0)
        throw coreErrors.INVALID(`${id}: ${issues.map(({ detail }) => detail).join('; ')}`, { issues })
      return body(input, context)
    },
  }
}

/** Validates an input and gives it in its one form: defaults filled in, decimals and timestamps canonical. */
export function inputValidator(
  fields: FieldRecord,
  place: string,
): (given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> {
  const validator = compileSchema(inputSchema(fields))
  const entries = Object.entries(fields)
  return (given) => {
    const issues = validator(given)
    if (issues.length > 0)
      throw coreErrors.INVALID(`${place}: ${issues.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}`, {
        issues,
      })
    const input: Record<string, unknown> = {}
    for (const [name, field] of entries) {
      const value = given[name] ?? field.default ?? null
      input[name] = field.kind === 'json' ? structuredClone(value) : storedValue(field, value)
    }
    return input
  }
}

export interface BodyOptions {
  readonly id: string
  readonly output: OutputManifest
  readonly idempotent: boolean
  readonly needs: TransactionNeeds
  /** Its output is a row that it made, at the address where such rows are made. */
  readonly created: boolean
}

/** The body of a handler with its world around it, and its result as an answer. */
export function handlerBody(options: BodyOptions, handler: Handler, reach: Reach, deps: DeclaredDependencies) {
  const { id, idempotent, needs } = options
  const toAnswer = answerOf(options, deps.models)
  const store = reach.resources.map((name) => deps.models.get(name)!.storeName)[0] ?? deps.defaultStore

  return (input: Readonly<Record<string, unknown>>, context: Context): Promise<Answer> => {
    const work = async (remember: Remember | undefined): Promise<Answer> => {
      let openTransactions = 0
      let committed = false
      const data = dataFor(deps, context, {
        resources: reach.resources,
        needs,
        finish:
          remember === undefined
            ? undefined
            : (tx, result) => {
                remember(tx, toAnswer(result))
              },
      })
      const transaction = data.transaction as (body: unknown) => Promise<unknown>
      data.transaction = async (body: unknown) => {
        if (committed && remember !== undefined)
          throw dataErrors.TRANSACTION_MISUSE(
            `${id} is idempotent and runs a second transaction; it may have one, and returns its value`,
          )
        openTransactions++
        try {
          const result = await transaction(body)
          committed = true
          return result
        } finally {
          openTransactions--
        }
      }
      const result = await (handler as (context: unknown) => unknown)({
        input,
        principal: context.principal,
        data,
        call: deps.callFor(reach.calls, context, () => openTransactions > 0),
        clock: deps.clock,
        get signal() {
          return context.signal
        },
        deadline: context.deadline,
        get requestId() {
          return context.requestId
        },
        idempotencyKey: context.idempotencyKey,
      })
      return toAnswer(result)
    }
    return deps.idempotency.run(
      { route: id, body: input, key: idempotent ? context.idempotencyKey : undefined, store, context },
      work,
    )
  }
}

/** A handler's result as an answer. What its output does not allow is a bug of the app. */
function answerOf({ id, output, created }: BodyOptions, models: Models): (result: unknown) => Answer {
  switch (output.kind) {
    case 'none':
      return () => ({ kind: 'none' })
    case 'row': {
      const model = models.get(output.resource)!
      return (result) => rowAnswer(model, rowOf(model, result, id), created)
    }
    case 'fields': {
      const validator = compileSchema(outputSchema(output))
      return (result) => {
        const answer = answerFields(output.fields, (result ?? {}) as Readonly<Record<string, unknown>>)
        const issues = validator(answer)
        if (issues.length > 0)
          throw coreErrors.BUG(
            `${id} returned what its output does not allow: ${issues.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}`,
          )
        return { kind: 'json', json: JSON.stringify(answer) }
      }
    }
  }
}

function rowOf(model: ResourceModel, result: unknown, id: string): Row {
  if (typeof result !== 'object' || result === null || typeof (result as { version?: unknown }).version !== 'number') {
    throw coreErrors.BUG(
      `${id} declares a row of ${model.name} as its output and returned ${result === null ? 'null' : typeof result}`,
    )
  }
  const values = result as Readonly<Record<string, unknown>>
  return model.manifest.columns.map(({ name, field }) => storedValue(field, values[name]))
}

function isCreation({ method, path, output }: OperationManifest, models: Models): boolean {
  return method === 'POST' && output.kind === 'row' && path === `/${models.get(output.resource)?.name}`
}
