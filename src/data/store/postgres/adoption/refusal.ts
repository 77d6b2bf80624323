import type { BanyanError } from '../../../../core/errors.ts'
import { dataErrors } from '../../../errors.ts'
import { badReference, notUnique, referred } from '../../refusal.ts'
import type { Commit, Write } from '../../store.ts'
import { foreignKeyViolation, isServerFailure, type ServerFailure, uniqueViolation } from '../errors.ts'
import { quoteName } from '../name.ts'
import type { Tables } from '../tables.ts'

/**
 * What the server's refusal of a row of an adopted table means: such tables have rules of their own, which a request may break.
 * Undefined for everything else.
 */
export function adoptedRefusal(error: unknown, { writes }: Commit, tables: Tables): BanyanError | undefined {
  if (!isServerFailure(error) || !isAboutRows(error)) return undefined
  const adopted = writes.filter(({ resource }) => tables.of(resource).isAdopted)
  // Which of several it is, the server says by the table.
  const isAt = ({ resource }: Write) => tables.of(resource).name === tableIn(error)
  const write = adopted.find(isAt) ?? adopted[0]
  if (write === undefined) return undefined
  if (error.code === foreignKeyViolation) return broken(error, write, tables, isAt(write))
  const { resource, id } = write
  const table = tables.of(resource)
  if (error.code === uniqueViolation) {
    const field = isAt(write) ? table.uniqueField(error.constraint ?? '') : undefined
    return notUnique(write, field ?? 'value', error)
  }
  const rule = error.constraint === undefined ? '' : ` (${error.constraint})`
  return dataErrors.STORE_ROW_REFUSED(`${resource}: a rule of its table refuses the row${rule}: ${wordsFor(error)}`, {
    row: { resource, id },
    cause: error,
  })
}

/** Data that do not fit, rules that are broken, and what triggers raise (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
function isAboutRows({ code }: ServerFailure): boolean {
  return /^(22|23)/.test(code) || code === 'P0001'
}

function broken(error: ServerFailure, write: Write, tables: Tables, isAtTable: boolean): BanyanError {
  if (write.kind === 'delete') {
    const by = tables.all.find(({ name }) => name === tableIn(error))?.resource.name ?? `${error.schema}.${error.table}`
    return referred(write, by, write)
  }
  const field = isAtTable ? tables.of(write.resource).fieldOfReference(error.constraint ?? '') : undefined
  const target = tables.references(write.resource).find((reference) => reference.field === field)?.target
  if (field !== undefined && target !== undefined) return badReference(write, field, target)
  return badReference(write, field ?? error.constraint ?? 'a reference', 'another table')
}

function tableIn({ schema = '', table = '' }: ServerFailure): string {
  return `${quoteName(schema)}.${quoteName(table)}`
}

/** Never the server's own words: they have values of rows. */
function wordsFor({ code }: ServerFailure): string {
  switch (code) {
    case '23502':
      return 'a value is missing'
    case '23514':
      return 'a check does not hold'
    case '23P01':
      return 'it overlaps with another'
    case '22001':
      return 'a text is too long'
    case '22003':
      return 'a number is too large'
    case '22021':
    case '22P05':
      return 'a character cannot be kept'
    case 'P0001':
      return 'a trigger raised an error'
    default:
      return 'a value does not fit'
  }
}
