import type { RequestPlan } from '../measure/request-plan.ts'
import { platformatic, postgraphile } from '../subjects/peers.ts'
import { createOrder, listFlights, readFlight } from './requests.ts'
import type { Opponent } from './work.ts'

/** Interfaces made from the tables, asked for the same rows in their own words; a work that they have no words for has none of them. */
export const generatedOpponents = (work: string): readonly Opponent[] =>
  all.flatMap(([name, opponent]) => (name === work ? [{ ...opponent, role: 'generated' }] : []))

const flightFields = 'number origin destination departsAt seatsLeft price createdAt updatedAt version'
const flightColumns = `id,${flightFields.replaceAll(' ', ',')}`

const query = (text: string, variables: Readonly<Record<string, unknown>>): RequestPlan => ({
  method: 'POST',
  path: '/graphql',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: text, variables }),
  expects: 200,
})

const { ids: flights } = readFlight as Required<RequestPlan>
const { ids: origins } = listFlights as Required<RequestPlan>

/** `rows`, whatever the operation gives them as. */
const flightsOf = (more: string) =>
  `query($origin:String!){rows:allFlights(condition:{origin:$origin},orderBy:[DESTINATION_ASC,DEPARTS_AT_ASC],first:20){nodes{id:rowId ${flightFields}${more}}}}`

// In a plan {id} stands for an id, so that braces around a field of that name need a space.
const airportFields = 'name createdAt updatedAt version'

type Connection = { readonly data: { readonly rows: { readonly nodes: readonly never[] } } }
type Included = { readonly destination: { readonly id: string }; readonly origin: { readonly id: string } }

const all: readonly (readonly [work: string, opponent: Omit<Opponent, 'role'>])[] = [
  [
    'read',
    {
      subject: postgraphile,
      plan: {
        ...query(`query($id:UUID!){row:flightByRowId(rowId:$id){id:rowId ${flightFields}}}`, { id: '{id}' }),
        ids: flights,
      },
      rowsOf: ({ data }: { readonly data: { readonly row: never } }) => [data.row],
    },
  ],
  [
    'read',
    {
      subject: platformatic,
      plan: { method: 'GET', path: `/flights/{id}?fields=${flightColumns}`, ids: flights, expects: 200 },
      rowsOf: (row: never) => [row],
    },
  ],
  [
    'list',
    {
      subject: postgraphile,
      plan: { ...query(flightsOf(''), { origin: '{id}' }), ids: origins },
      rowsOf: ({ data }: Connection) => data.rows.nodes,
    },
  ],
  [
    'list',
    {
      subject: platformatic,
      plan: {
        method: 'GET',
        path: `/flights?where.origin.eq={id}&orderby.destination=asc&orderby.departsAt=asc&orderby.id=asc&limit=20&fields=${flightColumns}`,
        ids: origins,
        expects: 200,
      },
      rowsOf: (rows: readonly never[]) => rows,
    },
  ],
  [
    'list-include',
    {
      subject: postgraphile,
      plan: {
        ...query(flightsOf(` to:airportByDestination{id:rowId ${airportFields}}`), { origin: '{id}' }),
        ids: origins,
      },
      rowsOf: ({ data }: Connection) =>
        data.rows.nodes.map((row: { readonly to: unknown }) => ({ ...row, included: { destination: row.to } })),
    },
  ],
  [
    'list-include',
    {
      subject: platformatic,
      plan: {
        ...query(
          `query($origin:ID!){rows:flights(where:{origin:{eq:$origin}},orderBy:[{field:destination,direction:ASC},{field:departsAt,direction:ASC},{field:id,direction:ASC}],limit:20){id number origin{ id } destination{id ${airportFields}} departsAt seatsLeft price createdAt updatedAt version}}`,
          { origin: '{id}' },
        ),
        ids: origins,
      },
      // What a field refers to stands in the place of its id.
      rowsOf: ({ data }: { readonly data: { readonly rows: readonly Included[] } }) =>
        data.rows.map((row) => ({
          ...row,
          origin: row.origin.id,
          destination: row.destination.id,
          included: { destination: row.destination },
        })),
    },
  ],
  [
    'create',
    {
      subject: postgraphile,
      plan: query(
        'mutation($order:OrderInput!){createOrder(input:{order:$order}){row:order{id:rowId reference customer state quantity price isExpress shipOn dueAt createdAt updatedAt version}}}',
        { order: JSON.parse(createOrder.body!) as unknown },
      ),
      rowsOf: ({ data }: { readonly data: { readonly createOrder: { readonly row: never } } }) => [
        data.createOrder.row,
      ],
    },
  ],
  [
    'create',
    {
      subject: platformatic,
      plan: {
        method: 'POST',
        path: '/orders',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...(JSON.parse(createOrder.body!) as object), version: 1, slot: 0 }),
        expects: 200,
      },
      rowsOf: (row: never) => [row],
    },
  ],
]
