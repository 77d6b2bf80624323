import type { Explanation, StoreOperation, Write } from '../store.ts'
import { countStatement } from './count.ts'
import { getStatement } from './get.ts'
import { scanStatement } from './scan.ts'
import { searchStatement } from './search.ts'
import type { Tables } from './table.ts'
import { canShare } from './together.ts'
import { deleteStatement, insertStatement, updateStatement } from './write.ts'

/** The statements that an operation would run, without values. */
export function explained(operation: StoreOperation, tables: Tables): Pick<Explanation, 'statement' | 'together'> {
  if (operation.kind === 'commit') {
    const writes = operation.writes.map((write) => writeText(write, tables))
    const isShared = canShare(operation, tables)
    const lines = ['begin', ...writes, 'commit', isShared ? '-- with others of the same turn' : '-- alone']
    return { statement: lines.join(';\n') }
  }
  const table = tables.of(operation.resource)
  switch (operation.kind) {
    case 'get':
      return { statement: getStatement(table, operation.ids).text, together: getStatement(table, ['', '']).text }
    case 'scan':
      return { statement: scanStatement(table, operation).text }
    case 'search':
      return { statement: searchStatement(table, operation).text }
    case 'count':
      return { statement: countStatement(table, operation.of, operation.exactMax).text }
  }
}

function writeText(write: Write, tables: Tables): string {
  const table = tables.of(write.resource)
  switch (write.kind) {
    case 'insert':
      return insertStatement(table, [write]).text
    case 'update': {
      const { id, set, add, updatedAt } = write
      const locked = `select ${table.selected} from ${table.name} where "id" in (?) for update skip locked`
      return `${locked};\n${updateStatement(table, [{ id, values: { ...set, ...add, updatedAt, version: 0 } }]).text}`
    }
    case 'delete':
      return deleteStatement(table, [write.id]).text
  }
}
