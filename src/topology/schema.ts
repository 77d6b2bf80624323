import type { JsonSchema } from '../core/json.ts'
import type { Registry } from './registry.ts'

const duration: JsonSchema = { type: 'string', pattern: '^(?=.*[1-9])[0-9]+(\\.[0-9]+)?(ms|s|m|h)$' }

const variable: JsonSchema = {
  type: 'object',
  description: 'A variable of the environment.',
  properties: { env: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' } },
  required: ['env'],
  additionalProperties: false,
}

/** Several values, with commas between them. */
const variableList: JsonSchema = {
  ...variable,
  description: 'A variable of the environment that has several values, with commas between them.',
  properties: { ...(variable.properties as object), list: { const: true } },
  required: ['env', 'list'],
}

const valueOrVariable: JsonSchema = { anyOf: [{ type: 'string', minLength: 1 }, variable] }

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
          then: { properties: { options: orVariables(options) } },
        })),
      },
      { driver: { enum: Object.keys(registry.identities) } },
    ),
  }
}

/** A text may also be the value of a variable, and a list of texts that of one with commas. */
function orVariables(options: JsonSchema): JsonSchema {
  const properties = Object.entries((options.properties ?? {}) as Readonly<Record<string, JsonSchema>>).map(
    ([name, { description, ...property }]) => {
      const forms = (property.anyOf as readonly JsonSchema[] | undefined) ?? [property]
      const allowed = forms.flatMap((form) => {
        if (form.type === 'string') return [form, variable]
        const items = form.items as JsonSchema | undefined
        return items?.type === 'string' ? [{ ...form, items: { anyOf: [items, variable] } }, variableList] : [form]
      })
      return [name, { description, ...(allowed.length === 1 ? allowed[0] : { anyOf: allowed }) }]
    },
  )
  return { ...options, properties: Object.fromEntries(properties) }
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
                description: 'false makes each read and commit one of its own, to measure what sharing them is worth.',
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
        description:
          'Where rows live, and whether they share what is run; a resource that is not named lives in the store main.',
        additionalProperties: {
          type: 'object',
          properties: {
            store: { type: 'string', description: 'A name of stores.', default: 'main' },
            batching: {
              type: 'boolean',
              description: 'false makes each of its reads and commits one of its own, whatever its store does.',
              default: true,
            },
          },
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
      externals: {
        type: 'object',
        description: 'Where the external services are that the app calls, by the names that it gives them.',
        additionalProperties: {
          type: 'object',
          properties: {
            url: { ...valueOrVariable, description: 'Below which the paths of its document lie.' },
            plaintext: {
              type: 'boolean',
              description: 'Accepts http to another machine, where others may read and change what is sent.',
              default: false,
            },
            token: { ...valueOrVariable, description: 'Sent as Authorization: Bearer.' },
            timeout: { ...duration, description: 'The longest that one try may take.', default: '10s' },
            retries: {
              type: 'integer',
              minimum: 0,
              maximum: 10,
              description: 'How many more times a call is tried that may be tried again.',
              default: 2,
            },
            bytesMax: {
              type: 'integer',
              minimum: 1,
              maximum: 1_000_000_000,
              description: 'The largest answer.',
              default: 1_048_576,
            },
            breaker: {
              type: 'object',
              description: 'After so many failures in a row nothing is sent for so long, then one request tries.',
              properties: {
                failures: {
                  type: 'integer',
                  minimum: 1,
                  maximum: 1_000,
                  description: 'So many failures in a row open it.',
                  default: 5,
                },
                openFor: { ...duration, description: 'So long nothing is sent then.', default: '10s' },
              },
              additionalProperties: false,
            },
          },
          required: ['url'],
          additionalProperties: false,
        },
      },
    },
    required: ['stores'],
    additionalProperties: false,
  }
}
