import { ServerResponse } from 'node:http'

/** Loaded before the server, this writes latitudes that are no numbers. The fuzz must find that out. */
const { end } = ServerResponse.prototype

ServerResponse.prototype.end = function (this: ServerResponse, ...args: unknown[]) {
  const [body, ...rest] = args
  const wrong = typeof body === 'string' ? body.replaceAll(/"latitude":"../g, '"latitude":"no') : body
  return (end as (...args: unknown[]) => ServerResponse).call(this, wrong, ...rest)
} as typeof end
