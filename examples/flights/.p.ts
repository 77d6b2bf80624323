import { spawn } from 'node:child_process'
import { Agent, request } from 'node:http'
import { caller, newFlight } from './test/callers.ts'
import { dataFolder } from './test/server.ts'
const f = await dataFolder()
const tally: string[] = []
for (let i = 0; i < 6; i++) {
  const port = 4720 + i, url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, ['--conditions=banyan-source', '../../src/cli/main.ts', 'start'], { env: { ...process.env, PORT: String(port), BANYAN_DATA: f.path }, stdio: 'ignore' })
  const exited = new Promise<void>((r) => child.once('exit', () => r()))
  for (;;) { if ((await fetch(`${url}/readyz`).catch(() => null))?.ok) break; await new Promise((r) => setTimeout(r, 50)) }
  const flight = await newFlight(caller(url, 'op', 'operator').api, 5000)
  const agent = new Agent({ keepAlive: true })
  let done = 0, closed = 0
  const body = JSON.stringify({ flight: flight.id, seats: 1 })
  const one = () => new Promise<void>((r) => { const q = request({ port, agent, method: 'POST', path: '/v1/bookings', headers: { authorization: 'Bearer dev:x', 'content-type': 'application/json', 'content-length': body.length } }, (res) => { res.resume(); res.on('end', () => { done++; r() }) }); q.on('error', () => { closed++; r() }); q.end(body) })
  Array.from({ length: 200 }, one)
  while (done < 1) await new Promise((r) => setImmediate(r))
  const t = Date.now(); child.kill('SIGTERM')
  const how = await Promise.race([exited.then(() => `${Date.now() - t} ms`), new Promise<string>((r) => setTimeout(r, 6000, 'HANGS'))])
  tally.push(`${how} done ${done} errors ${closed}`)
  child.kill('SIGKILL'); agent.destroy(); await exited
}
console.log(tally.join('\n')); await f[Symbol.asyncDispose](); process.exit()
