import type { StoreCapabilities } from '../../../core/driver.ts'
import type { JsonSchema } from '../../../core/json.ts'

export const postgresGives: StoreCapabilities = {
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
  adopts: true,
}

const address: JsonSchema = { type: 'string', pattern: '^postgres(ql)?://', maxLength: 2000 }

export const postgresOptions: JsonSchema = {
  type: 'object',
  properties: {
    primary: {
      description:
        'Where it is: postgres://user:password@host:port/database, or several of them: the one that takes writes is the primary.',
      anyOf: [address, { type: 'array', items: address, minItems: 1, maxItems: 32 }],
    },
    replicas: {
      description:
        'Servers that follow the primary. Reads of resources that declare freshness go there. ?zone=eu-1a behind an address says where it is.',
      anyOf: [address, { type: 'array', items: address, maxItems: 32 }],
    },
    zone: {
      type: 'string',
      description: 'Where this process is; replicas of the same zone are preferred.',
      minLength: 1,
      maxLength: 60,
    },
    waitFor: {
      type: 'string',
      description:
        'So long a read waits for a replica to have what its caller has seen, before the primary answers it. Without it 50ms.',
      pattern: '^[0-9]+(ms|s)$',
    },
    schema: {
      type: 'string',
      description: 'The schema that holds the tables. Without it public.',
      pattern: '^[a-z_][a-z0-9_]*$',
      maxLength: 60,
    },
    connections: {
      type: 'integer',
      description: 'The most connections that one process has. Without it 10.',
      minimum: 2,
      maximum: 1000,
    },
    maxConnections: {
      type: 'integer',
      description:
        'The most connections of all processes together that have this schema, on each server. Without it 20.',
      minimum: 2,
      maximum: 10000,
    },
    waitMax: {
      type: 'string',
      description: 'The longest that an operation waits for a connection; then 503. Without it 5s.',
      pattern: '^[0-9]+(ms|s|m)$',
    },
    pooler: {
      description: 'What stands between: a pooler each of whose connections is one of the server until it ends.',
      enum: ['session'],
    },
    plaintext: {
      type: 'boolean',
      description: 'Accepts that what goes to another machine can be read and changed on the way.',
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
