/** The stores there are; each is loaded when a topology names it. */
export const storeDrivers = {
  memory: async () => (await import('./memory/memory.ts')).memory,
  mysql: async () => (await import('./mysql/mysql.ts')).mysql,
  postgres: async () => (await import('./postgres/postgres.ts')).postgres,
  sqlite: async () => (await import('./sqlite/sqlite.ts')).sqlite,
} as const
