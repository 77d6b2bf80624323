import { Server } from 'node:http'
import './resources.ts'

/** Loaded before the server, this makes every request leave a timer and a listener behind. The leak test must find that out. */
const { emit } = Server.prototype

Server.prototype.emit = function (this: Server, event: string, ...rest: unknown[]) {
  if (event === 'request') {
    setInterval(() => {}, 60_000)
    process.on('exit', () => {})
  }
  return emit.call(this, event, ...rest)
} as typeof emit
