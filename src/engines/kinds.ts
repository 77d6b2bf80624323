import type { EngineKind } from './engine.ts'

/** The engines that can be had for development, by the word that asks for them. */
export const engineKinds = {
  mariadb: async (): Promise<EngineKind> => (await import('./mariadb/mariadb.ts')).mariadb({ replicas: 0 }),
  'mariadb-replicas': async (): Promise<EngineKind> => (await import('./mariadb/mariadb.ts')).mariadb({ replicas: 2 }),
  postgres: async (): Promise<EngineKind> => (await import('./postgres/postgres.ts')).postgres({ replicas: 0 }),
  'postgres-replicas': async (): Promise<EngineKind> =>
    (await import('./postgres/postgres.ts')).postgres({ replicas: 2 }),
} as const

export type EngineName = keyof typeof engineKinds

export function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(engineKinds, name)
}
