import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts'
import { appFolder, isLong, send, times } from './http.ts'

const races = isLong ? 10_000 : 500

suite('callers who race', () => {
  const folder = temporaryFolder()
  let server: RunningServer
  before(async () => {
    server = await startServer({ app: appFolder, dataFolder: folder.path })
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  const newItem = async (seatsLeft: number): Promise<string> =>
    (await send(`${server.url}/v1/items`, 'POST', { seatsLeft })).body.id

  /** Two buyers for the last seats, again and again; how often both got them, and what was wrong otherwise. */
  const raceFor = async (operation: string, count: number) => {
    const wrong = { oversold: 0, unsold: 0, otherRefusals: 0, sumsOff: 0 }
    await times(count, 8, async (at) => {
      const seats = 1 + (at % 3)
      const item = await newItem(seats)
      const buyers = await Promise.all([1, 2].map(() => send(`${server.url}/v1/${operation}`, 'POST', { item, seats })))
      const sold = buyers.filter(({ status }) => status === 200).length
      if (sold > 1) wrong.oversold++
      if (sold < 1) wrong.unsold++
      wrong.otherRefusals += buyers.filter(({ status }) => status !== 200 && status !== 409).length
      const { seatsLeft } = (await send(`${server.url}/v1/items/${item}`, 'GET')).body
      const { data } = (await send(`${server.url}/v1/purchases?item=${item}`, 'GET')).body
      const taken = data.reduce((sum: number, purchase: { seats: number }) => sum + purchase.seats, 0)
      if (taken + seatsLeft !== seats) wrong.sumsOff++
    })
    return wrong
  }

  test(`two buyers of the last seats never both get them, ${races} times, and every refusal is a 409`, async () => {
    assert.deepEqual(await raceFor('buy', races), { oversold: 0, unsold: 0, otherRefusals: 0, sumsOff: 0 })
  })

  test('control: without transaction and guard the checker sees seats sold twice', async () => {
    const { oversold, sumsOff } = await raceFor('buy-blindly', 50)
    assert.ok(oversold > 0)
    assert.ok(sumsOff > 0)
  })

  /** Many transfers among few accounts, and what they did to them; nothing wrong if all is well. */
  const transfers = async (operation: string, count: number) => {
    const bank = (await send(`${server.url}/v1/banks`, 'POST', { name: operation })).body.id
    const accounts = await Promise.all(
      [0, 1, 2, 3].map(async () => (await send(`${server.url}/v1/accounts`, 'POST', { bank, balance: 100 })).body.id),
    )
    const expected = new Map<string, number>(accounts.map((id) => [id, 100]))
    const statuses = new Map<number, number>()
    await times(count, 32, async (at) => {
      const [from, to] = [accounts[at % 4], accounts[(at + 1 + (at % 3)) % 4]]
      const amount = 1 + (at % 5)
      const { status } = await send(`${server.url}/v1/${operation}`, 'POST', { from, to, amount })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (status !== 204) return
      expected.set(from, expected.get(from)! - amount)
      expected.set(to, expected.get(to)! + amount)
    })
    const wrong: string[] = []
    let sum = 0
    for (const [id, balance] of expected) {
      const row = (await send(`${server.url}/v1/accounts/${id}`, 'GET')).body
      sum += row.balance
      if (row.balance !== balance)
        wrong.push(`an account has ${row.balance}, and ${balance} after what was acknowledged`)
      if (row.balance < 0) wrong.push(`an account has ${row.balance}`)
    }
    if (sum !== 400) wrong.push(`the sum was 400 and is ${sum}`)
    for (const status of statuses.keys()) if (status !== 204 && status !== 409) wrong.push(`an answer was ${status}`)
    return { wrong, made: statuses.get(204) ?? 0, refused: statuses.get(409) ?? 0 }
  }

  test('transfers that read and write two rows keep the sum, and each acknowledged one counts once', async (context) => {
    const { wrong, made, refused } = await transfers('transfer', isLong ? 10_000 : 600)
    context.diagnostic(`${made} transfers, ${refused} refused with 409`)
    assert.deepEqual(wrong, [])
    assert.ok(made > 0)
  })

  test('control: without a transaction the checker sees the sum change', async () => {
    const { wrong } = await transfers('transfer-blindly', 300)
    assert.ok(
      wrong.some((text) => text.startsWith('the sum')),
      wrong.join('; '),
    )
  })
})
