// Reads the whole body of a SockJS client's request, up to a limit.
import { SOCKJS_BODY_MAX } from '../../grip/sockjs-payload'
import type { Exchange } from '../exchange'

/** `done` gets the text; undefined: it is too long. It is not called if the client leaves. */
export function readBody({ body }: Exchange, done: (text: string | undefined) => void): void {
  if (!body) {
    done('')
    return
  }
  const chunks: Buffer[] = []
  let size = 0
  const stream = body.stream()
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    chunks.push(chunk)
    if (size <= SOCKJS_BODY_MAX) return
    stream.destroy()
    done(undefined)
  })
  stream.on('end', () => done(Buffer.concat(chunks).toString()))
}
