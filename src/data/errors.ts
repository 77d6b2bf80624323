import { errorTable } from '../core/errors.ts'

/** Everything that can go wrong with data. */
export const dataErrors = errorTable({
  STORE_VERSION_CONFLICT: {
    kind: 'conflict',
    status: 409,
    title: 'Version conflict',
    hint: 'Read the row again, apply the change to it, and write with the version just read.',
  },
  STORE_SCAN_CONFLICT: {
    kind: 'conflict',
    status: 409,
    title: 'Rows changed meanwhile',
    hint: 'Other writers changed what this transaction had listed, three times in a row. Try again.',
  },
  STORE_EXISTS: {
    kind: 'conflict',
    status: 409,
    title: 'Already exists',
    hint: 'Choose another id, or change the row that is there.',
  },
  STORE_MISSING: {
    kind: 'missing',
    status: 404,
    title: 'Not found',
    hint: 'There is no such row, or you may not know of it.',
  },
  STORE_UNIQUE: {
    kind: 'conflict',
    status: 409,
    title: 'Value already taken',
    hint: 'Another row has this value in a unique field. Choose another.',
  },
  STORE_REFERENCE: {
    kind: 'invalid',
    status: 422,
    title: 'Referred row does not exist',
    hint: 'Create the row that is referred to first, or refer to another.',
  },
  STORE_REFERRED: {
    kind: 'conflict',
    status: 409,
    title: 'Still referred to',
    hint: 'Delete or change the rows that refer to it first, or declare the reference with onDelete: cascade or setNull.',
  },
  GUARD_FAILED: {
    kind: 'conflict',
    status: 409,
    title: 'Guard failed',
    hint: 'The row does not allow this change now. Read it to see why.',
  },
  FIELD_LIMIT: {
    kind: 'conflict',
    status: 409,
    title: 'Limit of a field',
    hint: 'The sum would lie outside what the field allows.',
  },
  STORE_FULL: {
    kind: 'unavailable',
    status: 503,
    title: 'Storage is full',
    hint: 'Nothing was written. Free space on the disk of BANYAN_DATA; reads go on.',
  },
  STORE_COMMIT_UNKNOWN: {
    kind: 'unknown',
    status: 503,
    title: 'Commit failed',
    hint: 'Nobody can say whether it was written. Read before you write again, or repeat with the same Idempotency-Key.',
  },
  STORE_UNAVAILABLE: {
    kind: 'unavailable',
    status: 503,
    title: 'Storage unavailable',
    hint: 'Nothing was written. Try again in a moment.',
  },
  STORE_CLOSED: {
    kind: 'unavailable',
    status: 503,
    title: 'Shutting down',
    hint: 'Nothing was written. Another process will answer.',
  },
  STORE_IN_USE: {
    kind: 'unavailable',
    status: 503,
    title: 'Data is in use',
    hint: 'Another process has these data open. Stop it, or give this one another folder with BANYAN_DATA.',
  },
  STORE_UNREACHABLE: {
    kind: 'unavailable',
    status: 503,
    title: 'Engine cannot be used',
    hint: 'Mend the address in the topology or the engine behind it; banyan engines up starts one for development.',
  },
  STORE_CANNOT_OPEN: {
    kind: 'unavailable',
    status: 503,
    title: 'Data cannot be opened',
    hint: 'Check that the folder of BANYAN_DATA exists on a disk with space and may be written.',
  },
  STORE_CORRUPT: {
    kind: 'unavailable',
    status: 503,
    title: 'Data is damaged',
    hint: 'The file was left as it is. Put a copy back (banyan restore lists them), or recover it with: sqlite3 main.db .recover',
  },
  STORE_EMPTY: {
    kind: 'unavailable',
    status: 503,
    title: 'Data are gone',
    hint: 'The file was left as it is. Put a copy back (banyan restore lists them). If the data may go, remove the empty file, and start again with none.',
  },
  NATIVE_UNAVAILABLE: {
    kind: 'bug',
    status: 500,
    title: 'Internal error',
    hint: 'This is a fault of the server, not of the request. The log has the details under this requestId.',
  },
  TRANSACTION_MISUSE: {
    kind: 'bug',
    status: 500,
    title: 'Internal error',
    hint: 'This is a fault of the server, not of the request. The log has the details under this requestId.',
  },
  LIST_UNSUPPORTED: {
    kind: 'invalid',
    status: 400,
    title: 'No access path for this list',
    hint: 'Filter by a prefix of one declared access path, then at most one range, and sort by the rest of it.',
  },
  SEARCH_INVALID: {
    kind: 'invalid',
    status: 400,
    title: 'Nothing to search for',
    hint: 'Search for 1 to 8 words in at most 200 characters; with * behind it a word stands for all that begin so.',
  },
  SEARCH_UNSUPPORTED: {
    kind: 'invalid',
    status: 400,
    title: 'Search cannot be combined with this',
    hint: 'A search comes best first and goes with equality on the first fields of access paths: leave out sort, ranges and other filters.',
  },
  CURSOR_INVALID: {
    kind: 'invalid',
    status: 400,
    title: 'Cursor not valid',
    hint: 'Use page.next of the page before, with the same filters and sort.',
  },
})
