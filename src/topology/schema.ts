import type { JsonSchema } from '../core/json.ts'
import type { Registry } from './registry.ts'

const storeName = '^[a-z][a-zA-Z0-9_-]{0,62}$'

/** The JSON Schema of a topology file, with the options of these drivers: what editors complete and complain by. */
export function topologySchema(registry: Registry): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Banyan topology',
    description: 'How an app runs: which engines its data live in, and who says who is calling.',
    ...shape(
      {
        driver: { enum: Object.keys(registry.stores) },
        allOf: Object.entries(registry.stores).map(([name, { options }]) => ({
          if: { properties: { driver: { const: name } } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits a schema.
          then: { properties: { options } },
        })),
      },
      { driver: { enum: Object.keys(registry.identities) } },
    ),
  }
}

/** What every topology file looks like, whatever the drivers are: `check` compares those by itself, with better words. */
export const topologyShape: JsonSchema = shape({ driver: {} }, { driver: {} })

function shape(
  store: { readonly driver: JsonSchema; readonly allOf?: readonly JsonSchema[] },
  identity: { readonly driver: JsonSchema },
): JsonSchema {
  return {
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      stores: {
        type: 'object',
        description: 'Engines by the names that this topology gives them.',
        minProperties: 1,
        patternProperties: {
          [storeName]: {
            type: 'object',
            properties: {
              driver: { type: 'string', description: 'The engine.', ...store.driver },
              options: { type: 'object', description: "In the driver's own words." },
              volatile: {
                type: 'boolean',
                description: 'Accepts that this store keeps nothing when its process ends.',
                default: false,
              },
              batching: {
                type: 'boolean',
                description: 'false makes each commit one of its own, to measure what sharing them is worth.',
                default: true,
              },
            },
            required: ['driver'],
            additionalProperties: false,
            ...(store.allOf === undefined ? {} : { allOf: store.allOf }),
          },
        },
        additionalProperties: false,
      },
      resources: {
        type: 'object',
        description: 'Where rows live; a resource that is not named lives in the store main.',
        additionalProperties: {
          type: 'object',
          properties: { store: { type: 'string', description: 'A name of stores.' } },
          required: ['store'],
          additionalProperties: false,
        },
      },
      identity: {
        type: 'object',
        description: 'Who says who is calling; without it nobody can sign in.',
        properties: { driver: { type: 'string', description: 'What callers are believed by.', ...identity.driver } },
        required: ['driver'],
        additionalProperties: false,
      },
      api: {
        type: 'object',
        description: 'How the API shows itself.',
        properties: {
          cors: {
            type: 'object',
            description: 'Pages of these origins may call the API from a browser; without it none may.',
            properties: {
              origins: {
                type: 'array',
                description: 'Scheme, host and port, as browsers send them: `https://shop.example`.',
                items: { type: 'string', pattern: '^https?://[^/\\s*]+$' },
                minItems: 1,
                maxItems: 100,
              },
            },
            required: ['origins'],
            additionalProperties: false,
          },
        },
        additionalProperties: false,
      },
    },
    required: ['stores'],
    additionalProperties: false,
  }
}
