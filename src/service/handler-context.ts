import type { Log } from '../app/log.ts'
import type { Clock } from '../core/clock.ts'
import type { Context, Principal } from '../core/context.ts'
import type { Deadline } from '../core/deadline.ts'
import type { DataHandle } from '../data/rows.ts'

/** What a handler may ask for, made when it does. */
export interface World {
  readonly clock: Clock
  readonly data: () => DataHandle
  readonly call: () => unknown
  readonly log: (context: Context) => Log
}

/** The whole world of a handler. What it does not ask for is not made. */
export class HandlerContext {
  readonly input: Readonly<Record<string, unknown>>
  #context: Context
  #world: World
  #data: DataHandle | undefined
  #call: unknown
  #log: Log | undefined

  constructor(input: Readonly<Record<string, unknown>>, context: Context, world: World) {
    this.input = input
    this.#context = context
    this.#world = world
  }

  get data(): DataHandle {
    this.#data ??= this.#world.data()
    return this.#data
  }
  get call(): unknown {
    this.#call ??= this.#world.call()
    return this.#call
  }
  get log(): Log {
    this.#log ??= this.#world.log(this.#context)
    return this.#log
  }
  get clock(): Clock {
    return this.#world.clock
  }
  get principal(): Principal | undefined {
    return this.#context.principal
  }
  get signal(): AbortSignal {
    return this.#context.signal
  }
  get deadline(): Deadline {
    return this.#context.deadline
  }
  get requestId(): string {
    return this.#context.requestId
  }
  get idempotencyKey(): string | undefined {
    return this.#context.idempotencyKey
  }
}
