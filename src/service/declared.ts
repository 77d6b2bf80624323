import type { FieldDeclaration } from '../app/field.ts'
import type { FieldRecord, OperationManifest, OutputManifest } from '../app/manifest.ts'
import type { AnyOperation } from '../app/operation.ts'
import { type Row, rowFormat, storedValue, type Value } from '../app/row.ts'
import { inputSchema } from '../app/schema.ts'
import { compileSchema } from '../app/validator.ts'
import { shapedFormat } from '../app/version/format.ts'
import type { Shape } from '../app/version/shape.ts'
import type { Context } from '../core/context.ts'
import { coreErrors } from '../core/errors.ts'
import type { Telemetry } from '../core/telemetry.ts'
import { dataErrors } from '../data/errors.ts'
import type { Models, ResourceModel } from '../data/model.ts'
import { dataHandle, type HandleDependencies } from '../data/rows.ts'
import { issuesOf } from '../data/rules.ts'
import type { OpenTransaction, TransactionNeeds } from '../data/transaction.ts'
import { admission, passes } from '../identity/access.ts'
import { identityErrors } from '../identity/errors.ts'
import { rowAnswer } from './generated.ts'
import { HandlerContext } from './handler-context.ts'
import type { Idempotency, Remember } from './idempotency.ts'
import { handlerLog } from './log.ts'
import type { Answer, DeclaredOperation } from './operation.ts'
import type { OperationView } from './operation-view.ts'
import { inWordsOf, type Views } from './view.ts'

export interface DeclaredDependencies extends HandleDependencies {
  readonly idempotency: Idempotency
  readonly telemetry: Telemetry
  /** The `call` of a handler. */
  callFor(calls: Reach['calls'], context: Context): unknown
  /** Where an operation without resources keeps its idempotency rows. */
  readonly defaultStore: string
}

/** What a handler can reach. */
export interface Reach {
  readonly resources: readonly string[]
  /** `key` is what the service calls it. */
  readonly calls: readonly { readonly key: string; readonly name: string }[]
}

export type Handler = (context: never) => unknown

/** An operation that a service declares, as a version has it: from access over validation to its body and back. */
export function declaredOperation(
  manifest: OperationManifest,
  declaration: AnyOperation,
  view: OperationView,
  reach: Reach,
  deps: DeclaredDependencies,
): DeclaredOperation {
  const { access, input: fields } = manifest
  const { version } = view
  const id = `${manifest.service}.${manifest.name}`
  if (access === undefined) throw new TypeError(`${id} has no access rule`)
  const validateInput = inputValidator(fields, id)
  const body = handlerBody(
    {
      id,
      keyRoute: `${version}/${id}`,
      idempotent: manifest.idempotent,
      needs: manifest.transaction,
      native: manifest.native,
      toAnswer: answerOf({ id, output: manifest.output, created: isCreation(view.manifest) }, view),
    },
    declaration.run as Handler,
    reach,
    deps,
  )
  const admittedInput = (given: Readonly<Record<string, unknown>>, context: Context) => {
    const admitted = admission(access, context.principal)
    if (admitted.kind === 'refused') throw admitted.error
    const input = validateInput(view.inputOf(given))
    if (admitted.kind === 'rows' && !passes(admitted.tests, (field) => (input[field] ?? null) as Value)) {
      throw identityErrors.FORBIDDEN('the input is not one that this caller may give')
    }
    const issues = issuesOf(declaration.validate?.({ input } as never))
    if (issues.length > 0)
      throw coreErrors.INVALID(`${id}: ${issues.map(({ detail }) => detail).join('; ')}`, { issues })
    return input
  }
  // No async function: its promise would be one more between the handler and the answer.
  const run = (given: Readonly<Record<string, unknown>>, context: Context): Promise<Answer> => {
    try {
      return body(admittedInput(given, context), context)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  return {
    kind: 'declared',
    id,
    version,
    isOlder: view.isOlder,
    manifest: view.manifest,
    access,
    input: view.manifest.input,
    run: (given, context) => inWordsOf(view, run(given, context)),
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
      const value = (given[name] === undefined ? field.default : given[name]) ?? null
      input[name] = field.kind === 'json' ? value : storedValue(field, value)
    }
    return input
  }
}

export interface BodyOptions {
  readonly id: string
  /** What its idempotency keys are kept under. */
  readonly keyRoute: string
  readonly idempotent: boolean
  readonly needs: TransactionNeeds
  readonly native: string | null
  readonly toAnswer: (result: unknown) => Answer
  /** See `IdempotentRequest`. */
  readonly whileRunning?: 'wait'
}

/** The body of a handler with its world around it, and its result as an answer. */
export function handlerBody(options: BodyOptions, handler: Handler, reach: Reach, deps: DeclaredDependencies) {
  const { id, keyRoute, idempotent, needs, native, toAnswer, whileRunning } = options
  const waiting = whileRunning === undefined ? {} : { whileRunning }
  const store = reach.resources.map((name) => deps.models.get(name)!.storeName)[0] ?? deps.defaultStore

  const dataOf = dataHandle(deps, { id, resources: reach.resources, needs, native })
  const logOf = handlerLog(deps.telemetry, id, privateNamesOf(reach, deps.models))

  return (input: Readonly<Record<string, unknown>>, context: Context): Promise<Answer> => {
    const work = async (remember: Remember | undefined): Promise<Answer> => {
      const transactions: Transactions = { open: 0, committed: 0, remembered: undefined, kept: undefined }
      const around = async (run: () => Promise<unknown>): Promise<unknown> => {
        if (transactions.committed > 0 && remember !== undefined)
          throw dataErrors.TRANSACTION_MISUSE(
            `${id} is idempotent and runs a second transaction; it may have one, and returns its value`,
          )
        transactions.open++
        try {
          const result = await run()
          transactions.committed++
          transactions.kept = transactions.remembered
          return result
        } finally {
          transactions.open--
        }
      }
      const finish =
        remember &&
        ((tx: OpenTransaction, result: unknown) => {
          const answer = toAnswer(result)
          transactions.remembered = answer
          remember(tx, answer)
          tx.whenComplete(() => Object.assign(answer, toAnswer(result)))
        })
      const world = new HandlerContext(input, context, {
        clock: deps.clock,
        data: () => dataOf(context, around, finish),
        call: () => (reach.calls.length === 0 ? noCalls : deps.callFor(reach.calls, context)),
        log: logOf,
      })
      const returned = (handler as (context: unknown) => unknown)(world)
      // A handler that has its result at once does not wait for the next turn.
      const result = isPromiseLike(returned) ? await returned : returned
      if (transactions.open > 0)
        throw dataErrors.TRANSACTION_MISUSE(`${id} returned while its transaction was open; is an await missing?`)
      // What was committed with the key is the answer, also where the handler went on to something else.
      return transactions.kept ?? toAnswer(result)
    }
    const key = idempotent ? context.idempotencyKey : undefined
    return key === undefined
      ? work(undefined)
      : deps.idempotency.run({ route: keyRoute, body: input, key, store, context, ...waiting }, work)
  }
}

/** The fields that a handler can read and no client may see. */
function privateNamesOf({ resources }: Reach, models: Models): readonly string[] {
  return resources.flatMap((resource) => {
    const { fields } = models.get(resource)!.manifest
    return Object.keys(fields).filter((name) => fields[name]!.private)
  })
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}

/** The transactions of one run of a handler. */
interface Transactions {
  open: number
  committed: number
  /** The answer that the last one would leave beside its effect, and that of the one that did. */
  remembered: Answer | undefined
  kept: Answer | undefined
}

const noCalls = Object.freeze({})

export interface AnswerOptions {
  readonly id: string
  readonly output: OutputManifest
  /** Its output is a row that it made, at the address where such rows are made. */
  readonly created: boolean
}

/** A handler's result as an answer, in the words of a version. What its output does not allow is a bug of the app. */
export function answerOf(
  { id, output, created }: AnswerOptions,
  { views, output: shape }: { readonly views: Views; readonly output?: Shape | undefined },
): (result: unknown) => Answer {
  switch (output.kind) {
    case 'none':
      return () => ({ kind: 'none' })
    case 'row': {
      const view = views.get(output.resource)!
      return (result) => rowAnswer(view, rowOf(view.model, result, id), created)
    }
    case 'fields': {
      // Members beyond the declared ones are left out, which no schema has to say.
      const validator = compileSchema({ ...inputSchema(output.fields), additionalProperties: true })
      const columns = Object.entries(output.fields).map(([name, field]) => ({ name, field }))
      const format = rowFormat(columns)
      const { toJson } = shape === undefined ? format : shapedFormat(format, shape)
      return (result) => {
        const values = (result ?? {}) as Readonly<Record<string, unknown>>
        const issues = validator(values)
        if (issues.length > 0)
          throw coreErrors.BUG(
            `${id} returned what its output does not allow: ${issues.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}`,
          )
        const row = columns.map(({ name, field }) => {
          const value = values[name]
          return storedValue(field, value === undefined ? field.default : value)
        })
        return { kind: 'json', json: toJson(row) }
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
  return model.manifest.columns.map(({ name, field }) => {
    const value = storedValue(field, values[name])
    if (value === null ? !field.optional : typeof value !== typeOf(field))
      throw coreErrors.BUG(
        `${id} returned a row of ${model.name} whose ${name} is ${value === null ? 'missing' : typeof value}`,
      )
    return value
  })
}

function typeOf({ kind }: FieldDeclaration): 'number' | 'boolean' | 'string' {
  return kind === 'integer' ? 'number' : kind === 'boolean' ? 'boolean' : 'string'
}

function isCreation({ method, path, output }: OperationManifest): boolean {
  return method === 'POST' && output.kind === 'row' && path === `/${output.resource}`
}
