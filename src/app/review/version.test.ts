import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { table } from '../../core/errors.ts'
import { anyone, owner, signedIn } from '../access.ts'
import { app, type OlderVersion } from '../app.ts'
import { t } from '../field.ts'
import { manifestOf } from '../manifest.ts'
import { resource } from '../resource.ts'
import { appFindings, reviewApp } from '../review.ts'
import { service } from '../service.ts'

// `any` throughout: most of what is refused here does not compile, and plain JavaScript can still write it.
type Loose = any

const cents = {
  fields: { fare: t.integer({ minimum: 0, maximum: 99_999_999 }) },
  from: ['price'],
  toOld: ({ price }: { price: string }) => ({ fare: Number(price.replace('.', '')) }),
  fromOld: ({ fare }: { fare: number }) => ({ price: (fare / 100).toFixed(2) }),
}

const Flight: Loose = resource('flights', {
  number: t.text({ maxLength: 8 }),
  origin: t.text({ length: 3, pattern: '[A-Z]+' }),
  destination: t.text({ length: 3, pattern: '[A-Z]+' }),
  departsAt: t.timestamp(),
  price: t.decimal(8, 2, { minimum: '0' }),
  currency: t.enum('EUR', 'USD'),
  capacity: t.integer({ writeOnce: true }),
  secret: t.text({ private: true, default: '' }),
})
  .index('departsAt')
  .access({ read: anyone, write: signedIn })

const Crew: Loose = resource('crews', { id: t.id(), pilot: t.text() }).access({ read: anyone })

const booking = (of: Loose = service('s', { resources: { Flight, Crew } })): Loose =>
  of
    .operation('book', {
      http: 'POST /book/{flight}',
      input: { flight: t.id(), seats: t.integer({ minimum: 1 }) },
      output: { total: t.decimal(8, 2, { minimum: '0' }), seats: t.integer() },
      access: signedIn,
      run: () => {},
    })
    .operation('crewOf', { http: 'GET /crew-of', output: Crew, access: anyone, run: () => {} })

function reviewed(services: Loose, versions: Readonly<Record<string, OlderVersion>> = { v1: {} }) {
  const built = app('air', { version: 'v2', versions, services: [services].flat() as Loose })
  return reviewApp(manifestOf(built), built)
}

const flights = (...differences: readonly Loose[]) =>
  booking(
    service('s', {
      resources: { Flight: differences.reduce((of: Loose, each: Loose) => of.presents('v1', each), Flight), Crew },
    }),
  )

test('finds nothing wrong with versions that keep what they convert', () => {
  const services = flights(
    { renamed: { departure: 'departsAt' }, without: { currency: 'EUR' } },
    cents,
    {
      fields: { route: t.text({ pattern: '[A-Z]{3}-[A-Z]{3}' }) },
      from: ['origin', 'destination'],
      toOld: ({ origin, destination }: Loose) => ({ route: `${origin}-${destination}` }),
      fromOld: ({ route }: Loose) => ({ origin: route.slice(0, 3), destination: route.slice(4) }),
    },
    { fields: { gate: t.text({ optional: true }), meal: t.enum(['none'], { default: 'none' }) } },
  ).presents('v1', 'book', {
    http: 'POST /flights/{id}/book',
    input: { renamed: { id: 'flight' } },
    output: {
      without: ['seats'],
      fields: cents.fields,
      from: ['total'],
      toOld: ({ total }: Loose) => cents.toOld({ price: total }),
    },
  })
  const versions = { v1: { deprecatedAt: '2026-06-01', sunsetAt: '2027-06-01' }, v0: { gone: true }, beta: {} }
  assert.deepEqual(reviewed(services, versions), [])
})

suite('finds what is wrong with an older version', () => {
  for (const [sentence, services, expected, versions] of cases()) {
    test(sentence, () => {
      const found = reviewed(services, versions).map(({ code, place, reason }) => `${code} ${place}: ${reason}`)
      assert.deepEqual(found, expected)
    })
  }

  test('every code of the table is found in one of these cases', () => {
    const seen = new Set(cases().flatMap(([, , expected]) => expected.map((line) => line.split(' ')[0])))
    const codes = Object.keys(appFindings[table]).filter((code) => code.startsWith('VERSION_'))
    assert.deepEqual(
      codes.filter((code) => !seen.has(code)),
      [],
    )
  })
})

suite('a conversion is run there and back', () => {
  const broken = (of: Loose) => {
    const found = reviewed(flights(of))
    assert.deepEqual([...new Set(found.map(({ code }) => code))], ['VERSION_ROUND_TRIP'])
    return found[0]!.reason
  }

  test('control: each wrong transformation is refused, with the values that showed it', () => {
    for (const [more, expected] of [
      [
        { fromOld: ({ fare }: Loose) => ({ price: (fare / 1000).toFixed(2) }) },
        /^toOld of \{"price":"\d+\.\d\d"\} gives \{"fare":\d+\}, and fromOld of that gives \{"price":"[\d.]+"\}, which shows as \{"fare":\d+\}$/,
      ],
      [{ toOld: ({ price }: Loose) => ({ fare: Math.round(Number(price)) }) }, /, which shows as \{"fare":/],
      [
        { fromOld: ({ fare }: Loose) => ({ price: `${fare / 100}.00` }) },
        /gives \{"price":"[\d.]+"\}, where price must be a decimal/,
      ],
      [
        { toOld: ({ price }: Loose) => ({ fare: price }) },
        /^toOld of \{"price":"[\d.]+"\} gives what the version cannot show: fare must be integer$/,
      ],
      [{ toOld: () => ({}) }, /gives what the version cannot show: fare is required$/],
      [{ toOld: () => null }, /fails: it has to give an object, and at once$/],
      [{ toOld: async () => ({ fare: 1 }) }, /fails: it has to give an object, and at once$/],
      [{ fromOld: () => ({}) }, /fails: it gives no price$/],
      [
        {
          fromOld: () => {
            throw new RangeError('no such fare')
          },
        },
        /^toOld of .* and fromOld of that fails: no such fare$/,
      ],
      [
        { fields: { fare: t.integer() } },
        /^fromOld of \{"fare":-?\d+\} gives \{"price":"-?[\d.]+"\}, where price must (lie|be)/,
      ],
    ] as const)
      assert.match(broken({ ...cents, ...more }), expected)
  })

  test('a text that some value does not have the separator of is found', () => {
    const reason = broken({
      fields: { route: t.text({ maxLength: 30 }) },
      from: ['number', 'origin'],
      toOld: ({ number, origin }: Loose) => ({ route: `${number}-${origin}` }),
      fromOld: ({ route }: Loose) => {
        const [number, origin] = route.split('-')
        return { number, origin }
      },
    })
    assert.match(reason, /fails|where|shows as/)
  })

  test('the same app is refused with the same words', () => {
    const wrong = { ...cents, fromOld: () => ({ price: '1.00' }) }
    assert.equal(broken(wrong), broken(wrong))
  })

  test('what the version cannot say need not be kept', () => {
    const stages = {
      fields: { sold: t.boolean() },
      from: ['currency'],
      toOld: ({ currency }: Loose) => ({ sold: currency === 'USD' }),
      fromOld: ({ sold }: Loose) => ({ currency: sold ? 'USD' : 'EUR' }),
    }
    assert.deepEqual(reviewed(flights(stages)), [])
  })
})

type Case = readonly [
  sentence: string,
  services: Loose,
  expected: readonly string[],
  versions?: Readonly<Record<string, OlderVersion>>,
]

function cases(): readonly Case[] {
  const at = 'resources/flights/presents(v1)'
  const book = 'services/s/operations/book/presents(v1)'
  return [
    [
      'refuses days that are none, and an end before its announcement',
      booking(),
      [
        'VERSION_DATE app/versions/v1/deprecatedAt: "2026-02-30" is not a day of the calendar',
        'VERSION_DATE app/versions/v0/sunsetAt: 2027 is not a day of the calendar',
        'VERSION_DATE app/versions/beta: its sunset 2026-01-01 lies before its deprecation 2026-06-01',
      ],
      {
        v1: { deprecatedAt: '2026-02-30' },
        v0: { sunsetAt: 2027 as Loose },
        beta: { deprecatedAt: '2026-06-01', sunsetAt: '2026-01-01' },
      },
    ],
    [
      'refuses versions that cannot be a path, and two of one name',
      booking(),
      [
        'NAME_INVALID app/versions/V 1: "V 1" cannot be the first part of a path',
        'NAME_RESERVED app/versions/docs: /docs is served already',
        'NAME_RESERVED app/versions/constructor: the name constructor is taken',
        'NAME_TWICE app/versions/v2: two versions have this name',
      ],
      { 'V 1': {}, docs: {}, constructor: {}, v2: {} },
    ],
    [
      'refuses versions that the app does not list',
      booking(
        service('s', {
          resources: { Flight: Flight.presents('v2', {}).presents('v9', {}), Crew: Crew.absentFrom('v7') },
        }),
      ).absentFrom('v8', 'book'),
      [
        'VERSION_UNKNOWN resources/flights/presents(v2): v2 is the current version, whose shape is the declaration itself',
        'VERSION_UNKNOWN resources/flights/presents(v9): the app has no version v9',
        'VERSION_UNKNOWN resources/crews/presents(v7): the app has no version v7',
        'VERSION_UNKNOWN services/s/operations/book/presents(v8): the app has no version v8',
      ],
    ],
    [
      'refuses fields that no version could show',
      flights({ renamed: { a: 'nothing', b: 'secret' }, without: { gone: 1 } }, { ...cents, from: ['constructor'] }),
      [
        `VERSION_FIELD ${at}: there is no field nothing`,
        `VERSION_FIELD ${at}: secret is private: no version shows it`,
        `VERSION_FIELD ${at}: there is no field gone`,
        `VERSION_FIELD ${at}: there is no field constructor`,
      ],
    ],
    [
      'refuses the id, and a field of which two things are said',
      booking(
        service('s', {
          resources: {
            Flight: Flight.presents('v1', { renamed: { cost: 'price' } }).presents('v1', cents),
            Crew: Crew.presents('v1', { renamed: { key: 'id' } }),
          },
        }),
      ),
      [
        `VERSION_FIELD ${at}: price is named twice`,
        'VERSION_FIELD resources/crews/presents(v1): the id is the same in all versions',
      ],
    ],
    [
      'refuses two fields of one name, and names that no field can have',
      flights(
        { renamed: { number: 'departsAt', version: 'origin' } },
        { ...cents, fields: { 'fare!': t.integer(), destination: t.text() } },
      ),
      [
        `VERSION_NAME ${at}/number: two fields of v1 are called number`,
        `VERSION_NAME ${at}/destination: two fields of v1 are called destination`,
        `NAME_RESERVED ${at}/renamed/version: the name version is taken`,
        `NAME_INVALID ${at}/fields/fare!: "fare!" cannot be used as a name`,
      ],
    ],
    [
      'refuses a value that the field of now does not accept',
      flights({ without: { currency: 'GBP', departsAt: null } }),
      [
        `VERSION_VALUE ${at}/without/currency: currency cannot be "GBP": it must be one of "EUR", "USD"`,
        `VERSION_VALUE ${at}/without/departsAt: departsAt cannot be null: it must be string`,
      ],
    ],
    [
      'refuses conversions that are only half there',
      flights(
        { fields: { a: t.text() } },
        { fields: { b: t.text({ optional: true }) }, toOld: () => ({}) },
        { from: ['number'] },
        { ...cents, toOld: undefined },
      ),
      [
        `VERSION_CONVERSION ${at}/fields(a): a comes from nothing and has no default`,
        `VERSION_CONVERSION ${at}/fields(b): it has functions, and does not say what from`,
        `VERSION_CONVERSION ${at}/fields(): it names no fields of the version`,
        `VERSION_CONVERSION ${at}/fields(fare): it has no toOld, and the version shows these fields`,
      ],
    ],
    [
      'refuses a resource that may be written and cannot be understood',
      flights({ ...cents, fromOld: undefined }),
      [`VERSION_CONVERSION ${at}/fields(fare): it has no fromOld, and the version takes these fields`],
    ],
    [
      'refuses what only a field of now can be',
      flights(
        { ...cents, fields: { f: t.ref('flights') }, from: ['number'] },
        { ...cents, fields: { g: t.text({ unique: true }) }, from: ['origin'] },
        { ...cents, fields: { h: t.text({ private: true }) } },
        { ...cents, fields: { seats: t.integer() }, from: ['capacity'] },
      ),
      [
        `VERSION_CONVERSION ${at}/fields(f): f is a reference, which only a field of now can be`,
        `VERSION_CONVERSION ${at}/fields(g): g is unique, which only a field of now can be`,
        `VERSION_CONVERSION ${at}/fields(h): h is private, which only a field of now can be`,
        `VERSION_CONVERSION ${at}/fields(seats): capacity is write-once, so seats is too`,
      ],
    ],
    [
      'refuses limits of its fields that no value can meet',
      flights({ ...cents, fields: { fare: t.integer({ minimum: 2, maximum: 1 }) } }),
      [`FIELD_LIMITS ${at}/fields/fare: minimum 2 is above maximum 1`],
    ],
    [
      'refuses a function that fails',
      flights({ ...cents, fromOld: () => ({ price: 1 }) }),
      [
        `VERSION_ROUND_TRIP ${at}/fields(fare): toOld of {"price":"0.52"} gives {"fare":52}, and fromOld of that gives {"price":1}, where price must be string`,
      ],
    ],
    [
      'refuses an operation that gives a row which the version does not have',
      booking(service('s', { resources: { Flight, Crew: Crew.absentFrom('v1') } })),
      ['VERSION_OUTPUT services/s/operations/crewOf/presents(v1): it gives a row of crews, which v1 does not have'],
    ],
    [
      'refuses to say of an operation how a row looked, or what is not there',
      booking()
        .presents('v1', 'crewOf', { output: { renamed: { captain: 'pilot' } } })
        .operation('rest', { http: 'POST /rest', access: anyone, run: () => {} })
        .presents('v1', 'rest', { output: { without: ['x'] } }),
      [
        'VERSION_OUTPUT services/s/operations/crewOf/presents(v1)/output: it gives a row, and crews says how that looked',
        'VERSION_OUTPUT services/s/operations/rest/presents(v1)/output: it gives nothing',
      ],
    ],
    [
      'refuses the input and the output of an operation as it does rows',
      booking().presents('v1', 'book', {
        input: { renamed: { id: 'plane' }, fields: { count: t.text() }, from: ['seats'] },
        output: { ...cents, from: ['total'], toOld: undefined },
      }),
      [
        `VERSION_FIELD ${book}/input: there is no field plane`,
        `VERSION_CONVERSION ${book}/input/fields(count): it has no fromOld, and the version takes these fields`,
        `VERSION_CONVERSION ${book}/output/fields(fare): it has no toOld, and the version shows these fields`,
      ],
    ],
    [
      'refuses an address of the version that does not fit its input, or that is taken',
      booking()
        .operation('other', { http: 'POST /other', access: anyone, run: () => {} })
        .presents('v1', 'book', { input: { renamed: { id: 'flight' } } })
        .presents('v1', 'other', { http: 'GET /crew-of' }),
      [
        'OPERATION_PARAMETER versions/v1/services/s/operations/book/http: the path has {flight}, which is not in the input',
        'OPERATION_ROUTE_TWICE versions/v1/services/s/operations/other/http: GET /crew-of is already the route of s.crewOf (/crew-of)',
      ],
    ],
    [
      'refuses to mount an application where the version is',
      booking().mount('/v1/legacy', { access: anyone, fastify: () => {} }),
      ['MOUNT_TAKEN services/s/mounts/v1/legacy: below /v1 lies what the API serves itself'],
    ],
    [
      'refuses a name of the version that a list uses for itself',
      flights({ renamed: { sort: 'departsAt' } }),
      ['INDEX_PARAMETER versions/v1/resources/flights/index(sort): ?sort= already means something to a list'],
    ],
    [
      'says nothing of how a version looked that is gone',
      flights({ renamed: { a: 'nothing' } }),
      [],
      { v1: { gone: true } },
    ],
  ]
}

test('a read-only resource, and an input, need no way back', () => {
  const Read: Loose = resource('reads', { price: t.decimal(8, 2, { minimum: '0' }), keeper: t.text() })
    .index('keeper')
    .access({ read: owner('keeper') })
    .presents('v1', { ...cents, fromOld: undefined } as Loose)
  assert.deepEqual(reviewed(service('s', { resources: { Read } })), [])
})
