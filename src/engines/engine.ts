/**
 * A real engine for development and tests: servers on free ports of this machine, with data in a folder of their own. Nothing of
 * it is for production: it is not backed up, not watched and not tuned.
 */
export interface Engine {
  /** What a topology reads from its environment: `PG=postgres://…`. Holds passwords. */
  readonly environment: Readonly<Record<string, string>>
  readonly servers: readonly EngineServer[]
}

export interface EngineServer {
  /** What it is among the servers of its engine: `primary`, `replica-1`. */
  readonly role: string
  readonly port: number
  readonly isUp: boolean
}

/** A kind of engine. All of its methods take the folder that is its own, and may be called again after they failed. */
export interface EngineKind {
  /** In a few words, for lists. */
  readonly summary: string
  /** The product and version that this machine has: `PostgreSQL 15.18`. Throws ENGINE_MISSING where it has none. */
  installed(): Promise<string>
  /** Makes what is missing, starts what is not up, and gives it once it answers. Throws ENGINE_MISSING or ENGINE_FAILED. */
  up(folder: string): Promise<Engine>
  /** Stops its servers, and waits for their end. Data stay. */
  down(folder: string): Promise<void>
  /** Stops its servers, and deletes the folder with the data. */
  remove(folder: string): Promise<void>
  /** What is in the folder; undefined where it was never up. */
  status(folder: string): Promise<Engine | undefined>
}
