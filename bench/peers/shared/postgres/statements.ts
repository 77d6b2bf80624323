/**
 * The statements of every server written by hand, whatever package sends them. `$1`, `$2` … stand in the order in which the
 * values are given; each statement is prepared once a connection.
 */
export interface Statement {
  /** What it is prepared under. */
  readonly name: string
  readonly text: string
}

const flight = [
  'id',
  'number',
  'origin',
  'destination',
  '"departsAt"',
  '"seatsLeft"',
  'price',
  '"createdAt"',
  '"updatedAt"',
  'version',
]
const airport = ['id', 'name', '"createdAt"', '"updatedAt"', 'version']
const order = [
  'id',
  'reference',
  'customer',
  'state',
  'quantity',
  'price',
  '"isExpress"',
  '"shipOn"',
  '"dueAt"',
  '"createdAt"',
  '"updatedAt"',
  'version',
]

export const airportById = named('airport', `select ${airport.join(', ')} from airports where id = $1`)

export const flightById = named('flight', `select ${flight.join(', ')} from flights where id = $1`)

// Nulls stand first in the index, and the order of a list has to say so for the index to give it.
const byOrigin = 'order by destination nulls first, "departsAt" nulls first, id limit 21'

export const flightsByOrigin = named(
  'flights',
  `select ${flight.join(', ')} from flights where origin = $1 ${byOrigin}`,
)

/** The columns of the destination come as `toId`, `toName` and so on. */
export const flightsWithDestination = named(
  'flights-with-destination',
  `select ${flight.map((column) => `f.${column}`).join(', ')}, ${airport.map((column) => `a.${column} as "${toName(column)}"`).join(', ')}
   from (select * from flights where origin = $1 ${byOrigin}) as f left join airports as a on a.id = f.destination
   order by f.destination nulls first, f."departsAt" nulls first, f.id`,
)

export const orderById = named('order', `select ${order.join(', ')} from orders where id = $1`)

export const insertOrder = named(
  'insert-order',
  `insert into orders (${order.join(', ')}, slot) values (${order.map((_, at) => `$${at + 1}`).join(', ')}, $${order.length + 1})`,
)

const updates = new Map<string, Statement>()

/** Sets these fields of the order of an id, if it is at that version; one that states no version is set whatever its version is. */
export const updateOrder = (fields: readonly string[], hasVersion: boolean): Statement => {
  const key = `${hasVersion} ${fields}`
  let statement = updates.get(key)
  if (statement === undefined) {
    const sets = fields.map((field, at) => `"${field}" = $${at + 3}`)
    statement = named(
      `update-order-${updates.size}`,
      `update orders set ${['"updatedAt" = $2', 'version = version + 1', ...sets].join(', ')}
       where id = $1${hasVersion ? ` and version = $${fields.length + 3}` : ''} returning ${order.join(', ')}`,
    )
    updates.set(key, statement)
  }
  return statement
}

/** The whole transaction as one statement: takes the seats if the flight has them, and then alone makes the booking. */
export const book = named(
  'book',
  `with taken as (
     update flights set "seatsLeft" = "seatsLeft" - $1, "updatedAt" = $2, version = version + 1
     where id = $3 and "seatsLeft" >= $1 returning id
   )
   insert into bookings (id, slot, flight, passenger, seats, state, "expiresAt", "createdAt", "updatedAt", version)
   select $4, $5, id, $6, $1, 'held', $7, $2, $2, 1 from taken`,
)

/** Where the server's log of changes stands, as the bookmark of answers tells it. */
export const position = named(
  'position',
  `select s.system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as epoch,
     (pg_current_wal_insert_lsn() - '0/0')::text as position from pg_control_system() as s`,
)

function named(name: string, text: string): Statement {
  return { name, text }
}

function toName(column: string): string {
  const name = column.replaceAll('"', '')
  return `to${name[0]!.toUpperCase()}${name.slice(1)}`
}
