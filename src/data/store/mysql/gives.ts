import type { StoreCapabilities } from '../../../core/driver.ts'
import type { JsonSchema } from '../../../core/json.ts'

export const mysqlGives: StoreCapabilities = {
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
  processes: 'many',
  ordered: false,
  readsTogether: true,
  adopts: false,
}

export const mysqlOptions: JsonSchema = {
  type: 'object',
  properties: {
    primary: {
      type: 'string',
      description: 'Where it is: mysql://user:password@host:port/database.',
      pattern: '^(mysql|mariadb)://',
      maxLength: 2000,
    },
    connections: {
      type: 'integer',
      description: 'The most connections that one process has. Without it 10.',
      minimum: 2,
      maximum: 1000,
    },
    statementTimeout: {
      type: 'string',
      description: 'After which the server ends a statement. Without it 5s.',
      pattern: '^[0-9]+(ms|s|m)$',
    },
  },
  required: ['primary'],
  additionalProperties: false,
}
