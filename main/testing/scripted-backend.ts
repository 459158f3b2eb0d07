// For tests: a backend whose answers a test writes, over a real socket.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}
export interface ScriptedAnswer {
  readonly status?: number
  readonly reason?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Buffer
}
/** Answers, or writes to `response` itself and returns nothing. */
export type Handler = (
  request: SeenRequest,
  count: number,
  response: ServerResponse,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>

export class ScriptedBackend {
  readonly requests: SeenRequest[] = []
  readonly server: Server
  handler: Handler = () => ({ status: 404 })

  private constructor() {
    this.server = createServer((request, response) => void this.#serve(request, response))
  }

  static async start(handler?: Handler, port = 0): Promise<ScriptedBackend> {
    const backend = new ScriptedBackend()
    if (handler) backend.handler = handler
    await new Promise<void>((resolve, reject) => {
      backend.server.once('error', reject)
      backend.server.listen(port, '127.0.0.1', resolve)
    })
    return backend
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return // the proxy ended the request
    }
    const seen: SeenRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body: Buffer.concat(chunks),
    }
    this.requests.push(seen)
    const answer = await this.handler(seen, this.requests.length, response)
    if (!answer) return
    if (answer.reason !== undefined) response.writeHead(answer.status ?? 200, answer.reason, answer.headers)
    else response.writeHead(answer.status ?? 200, answer.headers)
    response.end(answer.body ?? '')
  }
}

/** An answer that instructs by JSON. */
export function instruct(value: unknown): ScriptedAnswer {
  return { headers: { 'Content-Type': 'application/grip-instruct' }, body: JSON.stringify(value) }
}
