// Reads the whole body of a SockJS client's request, up to a limit.
import type { HttpExchangeScope } from '../exchange/exchange-scope'

/** `done` gets the text; undefined: it is too long. It is not called if the client leaves. */
export function readBodyText({ body, context }: HttpExchangeScope, done: (text: string | undefined) => void): void {
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
    if (size <= context.options.sockjsBodyMax) return
    stream.destroy()
    done(undefined)
  })
  stream.on('end', () => done(Buffer.concat(chunks).toString()))
}
