import type { StoreCapabilities } from '../../../core/driver.ts'
import type { JsonSchema } from '../../../core/json.ts'

export const sqliteGives: StoreCapabilities = {
  profile: 'relational',
  atomicity: 'store',
  isolation: 'serializable',
  durability: 'powerLoss',
  staleForMs: 0,
  unique: true,
  references: true,
  orderedScans: true,
  scanAssertions: true,
  search: true,
  processes: 'one',
  ordered: true,
  readsTogether: false,
  adopts: false,
}

export const sqliteOptions: JsonSchema = {
  type: 'object',
  // A database in memory would not give what is said above.
  properties: {
    file: {
      type: 'string',
      description: 'The database file, relative to the folder of embedded data. Without it main.db.',
      pattern: '^[^:]',
      maxLength: 1000,
    },
  },
  additionalProperties: false,
}
