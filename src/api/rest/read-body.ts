import type { IncomingMessage } from 'node:http'
import { apiErrors } from '../errors.ts'

export const bodyBytesMax = 1_048_576
/** Each costs as much as a thousand bytes do, however short it is. */
const chunksMax = 4096

/**
 * Gives the whole body of a request, or the reason why not. `done` is called once. Where the body is refused the rest of it is
 * not read, so the connection must be closed behind the answer.
 */
export function readBody(request: IncomingMessage, done: (error: Error | null, bytes?: Buffer) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  const end = (error: Error | null, body?: Buffer): void => {
    request.off('data', onData).off('end', onEnd).off('error', end)
    done(error, body)
  }
  const refuse = (error: Error): void => {
    // One read of a socket can hold ten thousand chunks, and many reads can follow without a pause. Whoever would have the
    // socket read on before it closes, the end of the response among them, is overruled.
    const stop = () => request.socket.pause()
    request.socket.on('resume', stop)
    request.pause()
    stop()
    end(error)
  }
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes > bodyBytesMax) refuse(tooLarge())
    else if (chunks.push(chunk) > chunksMax)
      refuse(apiErrors.BODY_TOO_MANY_CHUNKS(`the body comes in more than ${chunksMax} chunks`))
  }
  // Nearly every body comes in one piece, which need not be copied.
  const onEnd = (): void => end(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, bytes))

  if (Number(request.headers['content-length']) > bodyBytesMax) done(tooLarge())
  else request.on('data', onData).on('end', onEnd).on('error', end)
}

function tooLarge(): Error {
  return apiErrors.BODY_TOO_LARGE(`the body is larger than ${bodyBytesMax} bytes`)
}
