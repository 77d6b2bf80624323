import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyOf, owner, principal, role, where } from './access.ts'
import { t } from './field.ts'
import { resourceManifest } from './manifest.ts'
import { resource } from './resource.ts'

const fields = { price: t.decimal(6, 2), at: t.timestamp({ optional: true }), day: t.date(), whole: t.decimal(3, 0) }

const actionsOf = (rules: object) => resourceManifest('s', resource('x', fields).access(rules).declaration).actions

test('constants of a rule come in the form in which rows have them, also in lists, in anyOf and for createdAt', () => {
  const { get, list, create, update } = actionsOf({
    get: where('price', 'eq', '1.5'),
    list: where('price', 'in', ['1.5', '-0', '2']),
    create: anyOf(role('r'), anyOf(where('at', 'eq', '2030-01-01T01:00:00+01:00'), where('whole', 'eq', '7'))),
    update: where('createdAt', 'eq', '2030-01-01T00:00:00Z'),
  })
  assert.deepEqual(get, where('price', 'eq', '1.50'))
  assert.deepEqual(list, where('price', 'in', ['1.50', '0.00', '2.00']))
  const at = where('at', 'eq', '2030-01-01T00:00:00.000Z')
  assert.deepEqual(create, anyOf(role('r'), anyOf(at, where('whole', 'eq', '7'))))
  assert.deepEqual(update, where('createdAt', 'eq', '2030-01-01T00:00:00.000Z'))
})

test('what is no value of the field, or no constant, stays as it is', () => {
  for (const rule of [
    where('price', 'eq', '1.555'),
    where('price', 'eq', 'x'),
    where('price', 'eq', 1.5),
    where('at', 'eq', 'tomorrow'),
    where('nothing', 'eq', '1.5'),
    where('price', 'eq', null as never),
    where('day', 'in', principal.roles),
    owner('day'),
    (() => true) as never,
    { kind: 'anyOf' } as never,
  ])
    assert.deepEqual(actionsOf({ get: rule }).get, rule)
})
