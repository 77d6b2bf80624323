import { type AddressInfo, createServer, type Socket } from 'node:net'

/** Something that speaks as much of PostgreSQL's protocol as a greeting takes, and says to be of a version. */
export async function fakeServer(version: number): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => {})
    let isGreeted = false
    socket.on('data', (data) => {
      if (!isGreeted) {
        isGreeted = true
        socket.write(Buffer.concat([message('R', int32(0)), message('K', int32(7), int32(1)), ready]))
      } else if (data[0] === 'Q'.charCodeAt(0)) {
        const columns = [column('pid'), column('version')]
        const row = message('D', int16(2), value('7'), value(String(version)))
        const done = message('C', Buffer.from('SELECT 1\0'))
        socket.write(Buffer.concat([message('T', int16(2), ...columns), row, done, ready]))
      }
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `postgres://banyan:secret@127.0.0.1:${(server.address() as AddressInfo).port}/banyan`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function message(kind: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body])
}

const ready = message('Z', Buffer.from('I'))

/** Of texts. */
function column(name: string): Buffer {
  return Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)])
}

function value(text: string): Buffer {
  return Buffer.concat([int32(text.length), Buffer.from(text)])
}

function int32(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(number)
  return bytes
}

function int16(number: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(number)
  return bytes
}
