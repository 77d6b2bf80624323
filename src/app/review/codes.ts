import { findingTable } from './finding.ts'

/** Everything that can be wrong with an app by itself, whatever it runs on. */
export const appFindings = findingTable({
  NAME_INVALID: {
    severity: 'error',
    mend: 'Begin with a small letter and go on with letters, digits and underscores, 63 characters at most.',
  },
  NAME_RESERVED: { severity: 'error', mend: 'Choose another name: Banyan or the language uses this one.' },
  NAME_TWICE: { severity: 'error', mend: 'Give one of them another name.' },

  RESOURCE_WITHOUT_ACCESS: {
    severity: 'error',
    mend: 'Say who may: .access({ read: signedIn }), or .access({}) for a resource that only operations touch.',
  },
  FRESHNESS_INVALID: { severity: 'error', mend: "Give a duration of zero or more: .freshness({ staleFor: '2s' })." },
  PAGE_LIMIT_INVALID: { severity: 'error', mend: 'Give a whole number from 1 to 1,000.' },

  FIELD_LIMITS: { severity: 'error', mend: 'Change the limits so that some value can meet them.' },
  FIELD_DECIMAL: { severity: 'error', mend: 'Declare 1 to 18 digits, of which no more than all after the point.' },
  FIELD_ENUM: { severity: 'error', mend: 'Name at least one value, and each once.' },
  FIELD_PATTERN: { severity: 'error', mend: 'Write a regular expression of ECMA-262 that holds under the u flag.' },
  FIELD_SCHEMA: { severity: 'error', mend: 'Write a JSON Schema of draft 2020-12.' },
  FIELD_DEFAULT: { severity: 'error', mend: 'Choose a default that the field itself would accept.' },
  FIELD_UNIQUE: { severity: 'error', mend: 'Keep what must be unique in a field of its own.' },
  FIELD_PRIVATE: {
    severity: 'error',
    mend: 'Give the field a default, make it optional, or leave create without a rule.',
  },
  ID_FIELD: { severity: 'error', mend: 'Declare it as t.id() or as t.text({ minLength: 1, maxLength: 128 }).' },
  ID_EMPTY: { severity: 'warning', mend: 'Declare minLength: 1: a row with an empty id has no address.' },

  REFERENCE_UNKNOWN: { severity: 'error', mend: 'Name a resource that a service of this app owns.' },
  REFERENCE_SET_NULL: {
    severity: 'error',
    mend: 'Make the field optional and not write-once, or choose another onDelete.',
  },
  RELATION_UNKNOWN: { severity: 'error', mend: 'Name a resource of this app and its reference to this one.' },

  INDEX_FIELD: { severity: 'error', mend: 'Name fields of the resource, id, createdAt or updatedAt.' },
  INDEX_REPEATED: { severity: 'error', mend: 'Name each field once; id, if at all, at the end.' },
  INDEX_TWICE: { severity: 'error', mend: 'Declare it once.' },
  INDEX_KIND: { severity: 'error', mend: 'Take the field out of the path: its values have no order to list by.' },
  INDEX_PARAMETER: { severity: 'error', mend: 'Rename the field: lists use this word as a parameter of their own.' },

  SEARCH_FIELD: { severity: 'error', mend: 'Name texts of the resource that its clients may see, each once.' },
  TOTAL_KIND: { severity: 'error', mend: "Declare .total('exact') or .total('estimated')." },

  PARTITION_FIELD: {
    severity: 'error',
    mend: 'Name a required field that is an id, a reference, a text, a whole number, an enum or a date.',
  },
  PARTITION_GIVEN_ID: {
    severity: 'error',
    mend: 'Leave out partitionBy, or the field id, so that ids are generated and carry the slot.',
  },

  ACCESS_ACTION: { severity: 'error', mend: 'Use read, write, get, list, create, update, replace or delete.' },
  ACCESS_RULE: { severity: 'error', mend: 'Use anyone, signedIn, role, owner, where or anyOf: rules are data.' },
  ACCESS_ROLE: { severity: 'error', mend: 'Name the role.' },
  ACCESS_FIELD: { severity: 'error', mend: 'Name a field that a value can be compared with.' },
  ACCESS_VALUE: { severity: 'error', mend: 'Give a value that the field can have.' },
  ACCESS_LIST_PATH: { severity: 'error', mend: 'Declare an access path that begins with the field of the rule.' },
  ACCESS_LIST_RULES: {
    severity: 'error',
    mend: 'Give list a rule that looks at one field of the row, and let an operation answer the rest.',
  },

  RENAME_FIELD: {
    severity: 'error',
    mend: 'Name what this field was called before, and no field that there still is.',
  },
  RENAME_RESOURCE: {
    severity: 'error',
    mend: 'Name what this resource was called before, and no resource that there still is.',
  },
  BACKFILL_FIELD: {
    severity: 'error',
    mend: "Give each field one function at most: .backfill('seatClass', () => 'economy').",
  },

  ADOPT_TABLE: { severity: 'error', mend: 'Say what the table is like, or write the file anew: banyan adopt.' },
  ADOPT_NEED: { severity: 'error', mend: 'Take it out: nothing is added to an adopted table.' },
  ADOPT_REFERENCE: { severity: 'error', mend: 'Keep the id in a plain field: t.bigint(), t.id() or t.text().' },

  OPERATION_WITHOUT_ACCESS: { severity: 'error', mend: 'Say who may call it: access: signedIn, or access: anyone.' },
  OPERATION_WITHOUT_BODY: { severity: 'error', mend: 'Give it a function as run.' },
  OPERATION_PATH: {
    severity: 'error',
    mend: "Write a method and a path whose segments are words or one {parameter}: 'POST /bookings/{id}/confirm'.",
  },
  OPERATION_PARAMETER: {
    severity: 'error',
    mend: 'Declare each parameter once as a required input field that fits into a path.',
  },
  OPERATION_QUERY: { severity: 'error', mend: 'Use POST, whose input is a JSON body.' },
  OPERATION_PRIVATE_INPUT: {
    severity: 'error',
    mend: 'Take private away: what a caller gives is not private to the server.',
  },
  OPERATION_ROUTE_TWICE: { severity: 'error', mend: 'Give one of them another method or path.' },
  OPERATION_CLIENT_NAME: { severity: 'error', mend: 'Choose another name: the client has a method of this name here.' },
  OPERATION_OUTPUT: {
    severity: 'error',
    mend: 'Answer with a resource that a service of this app owns, or with fields.',
  },
  OPERATION_KEY: {
    severity: 'warning',
    mend: 'Ask for access: signedIn; a key belongs to a caller, and is refused (400) from one who is not signed in.',
  },

  EXTERNAL_DOCUMENT: {
    severity: 'error',
    mend: 'Give an OpenAPI document of version 3.0 or 3.1 as JSON; banyan external FILE tells what of it can be called.',
  },
  EXTERNAL_TWICE: { severity: 'error', mend: 'Let all services use the same value, and no contract its name.' },

  MOUNT_PREFIX: { severity: 'error', mend: "Begin with a slash and go on with plain words: '/legacy'." },
  MOUNT_TAKEN: { severity: 'error', mend: 'Choose another prefix.' },
  MOUNT_WITHOUT_ACCESS: { severity: 'error', mend: 'Say who may: access: signedIn, or access: anyone.' },
  MOUNT_PLUGIN: {
    severity: 'error',
    mend: 'Give the function that registers the routes: fastify: (instance) => { instance.get(…) }.',
  },
  MOUNT_BODY: { severity: 'error', mend: 'Give a whole number of bytes from 1 to 1,000,000,000.' },

  VERSION_UNKNOWN: { severity: 'error', mend: 'List it among the older versions of the app: versions: { v1: { … } }.' },
  VERSION_DATE: { severity: 'error', mend: "Give days as '2026-06-01', the sunset not before the deprecation." },
  VERSION_FIELD: {
    severity: 'error',
    mend: 'Name a field that there is now, that is not private and not the id, and name it once.',
  },
  VERSION_NAME: {
    severity: 'error',
    mend: 'A version calls two fields alike: rename one, or say what became of the other.',
  },
  VERSION_VALUE: { severity: 'error', mend: 'Give a value that the field accepts.' },
  VERSION_CONVERSION: {
    severity: 'error',
    mend: 'Declare fields, the fields of now that they come from, and toOld and fromOld between the two.',
  },
  VERSION_ROUND_TRIP: {
    severity: 'error',
    mend: 'Mend the function, or declare the field of the version so that it allows only what can be converted.',
  },
  VERSION_OUTPUT: {
    severity: 'error',
    mend: 'Say how the resource looked, .presents(…) or .absentFrom(…), and of operations what follows from it.',
  },

  USES_UNKNOWN: { severity: 'error', mend: 'Let a service own it: resources: { … }.' },
  USES_DIFFERS: { severity: 'error', mend: 'Use the very value that the owner exports.' },
  CONTRACT_UNIMPLEMENTED: { severity: 'error', mend: 'Add a service that implements the contract to the app.' },
  CONTRACT_TWICE: { severity: 'error', mend: 'Leave the contract to one service.' },
  CONTRACT_WITHOUT_BODY: { severity: 'error', mend: 'Give every call of the contract a function with .implement(…).' },
  CONTRACT_DIFFERS: { severity: 'error', mend: 'Let both services use the same contract value.' },
})
