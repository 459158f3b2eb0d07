// The built-in backend, so that there is something to look at from the first minute: the counter of GRIP's reference
// story, which long-polls, and rooms of server-sent events. Plain HTTP, as any backend behind a GRIP proxy would be.
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pageHtml, pageScript, pageStyle } from './demo-page'
import { publishItem } from './publish-item'

/** What the counter begins with, as the README and the welcome say. */
const FIRST_VALUE = 0
/** Seconds until a long-poll is answered with what is known. */
const HOLD_TIMEOUT = 55
/** Bytes of a message to a room. */
const MESSAGE_MAX = 64 * 1024
/** Rooms whose last message's number is remembered. */
const ROOMS_MAX = 1000
const JSON_TYPE = { 'Content-Type': 'application/json' }

export class DemoBackend {
  readonly #server = http.createServer((request, response) => {
    this.#handle(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy()
      else sendText(response, 503, `${error.message}\n`)
    })
  })
  readonly #publishUrl: () => string | null
  readonly #lastOfRoom = new Map<string, number>()
  #value = FIRST_VALUE
  #port = 0

  /** @param publishUrl where to publish, at the time when there is something; null: nowhere. */
  constructor(publishUrl: () => string | null) {
    this.#publishUrl = publishUrl
  }

  /** 0 until it listens. */
  get port(): number {
    return this.#port
  }

  /** Listens on a free port of this machine. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port
        resolve()
      })
    })
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(`http://demo${request.url ?? '/'}`)
    switch (pathname) {
      case '/':
        return sendPage(response, 'text/html', pageHtml)
      case '/demo.js':
        return sendPage(response, 'text/javascript', pageScript)
      case '/demo.css':
        return sendPage(response, 'text/css', pageStyle)
      case '/counter/value':
      case '/counter/value/':
        if (request.method === 'POST') return this.#increment(response)
        return this.#counter(request, response, searchParams.get('last'))
      case '/events':
      case '/events/':
        return this.#room(request, response, searchParams.get('room') ?? 'lobby')
      case '/broken':
      case '/broken/':
        return sendBrokenInstruct(response)
      default:
        sendText(response, 404, `There is nothing at ${pathname}. See / for what there is.\n`)
    }
  }

  /** GET: the value; with `last`, only once the value is another one. */
  #counter(request: IncomingMessage, response: ServerResponse, last: string | null): void {
    const body = `${this.#value}\n`
    if (last !== String(this.#value)) {
      response.writeHead(200, JSON_TYPE).end(body)
      return
    }
    if (!cameThroughProxy(request, response)) return
    const instruct = {
      hold: {
        mode: 'response',
        // The id tells the proxy what this client has: if a newer one went out meanwhile, it asks again at once.
        channels: [{ name: 'counter', 'prev-id': String(this.#value) }],
        timeout: HOLD_TIMEOUT,
      },
      response: { headers: JSON_TYPE, body },
    }
    response.writeHead(200, { 'Content-Type': 'application/grip-instruct' }).end(`${JSON.stringify(instruct)}\n`)
  }

  async #increment(response: ServerResponse): Promise<void> {
    const previous = this.#value
    this.#value = previous + 1
    const body = `${this.#value}\n`
    await publishItem(this.#publishUrl(), {
      channel: 'counter',
      id: String(this.#value),
      'prev-id': String(previous),
      formats: { 'http-response': { headers: JSON_TYPE, body } },
    })
    response.writeHead(200, JSON_TYPE).end(body)
  }

  async #room(request: IncomingMessage, response: ServerResponse, room: string): Promise<void> {
    if (!/^[\w-]{1,50}$/.test(room)) {
      return sendText(response, 400, 'room: letters, digits, - and _ only, 50 at most.\n')
    }
    if (request.method === 'POST') return this.#say(request, response, room)
    if (!cameThroughProxy(request, response)) return
    response
      .writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        'Grip-Hold': 'stream',
        'Grip-Channel': `room-${room}`,
        'Grip-Keep-Alive': ':\\n\\n; format=cstring; timeout=20',
      })
      .end(`event: joined\ndata: ${room}\n\n`)
  }

  async #say(request: IncomingMessage, response: ServerResponse, room: string): Promise<void> {
    const text = await readText(request)
    if (text === undefined) return sendText(response, 413, `A message has ${MESSAGE_MAX} bytes at most.\n`)
    const previous = this.#lastOfRoom.get(room) ?? 0
    this.#remember(room, previous + 1)
    const lines = text.trimEnd().split(/\r\n|\r|\n/)
    const content = `id: ${previous + 1}\n${lines.map((line) => `data: ${line}\n`).join('')}\n`
    await publishItem(this.#publishUrl(), {
      channel: `room-${room}`,
      id: String(previous + 1),
      ...(previous > 0 && { 'prev-id': String(previous) }),
      formats: { 'http-stream': { content } },
    })
    sendText(response, 200, 'Said.\n')
  }

  #remember(room: string, last: number): void {
    this.#lastOfRoom.delete(room)
    this.#lastOfRoom.set(room, last)
    const [oldest] = this.#lastOfRoom.keys()
    if (this.#lastOfRoom.size > ROOMS_MAX && oldest !== undefined) this.#lastOfRoom.delete(oldest)
  }
}

/** Without a GRIP proxy in front, a hold would be an answer that nobody understands. */
function cameThroughProxy(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.headers['grip-sig'] !== undefined) return true
  sendText(
    response,
    501,
    "This needs a GRIP proxy: send the request to Gripscope's proxy port, not to the backend itself.\n",
  )
  return false
}

/** An instruct with a fault, to be seen in the inspector. */
function sendBrokenInstruct(response: ServerResponse): void {
  const instruct = { hold: { mode: 'respnse', channels: [{ name: 'counter' }] } }
  response.writeHead(200, { 'Content-Type': 'application/grip-instruct' }).end(`${JSON.stringify(instruct)}\n`)
}

function sendPage(response: ServerResponse, type: string, text: string): void {
  response
    .writeHead(200, {
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
      'X-Content-Type-Options': 'nosniff',
    })
    .end(text)
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text)
}

/** The body as text; undefined if it is too long. */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // Read to its end all the same, so that the client gets to see the answer.
    if (size <= MESSAGE_MAX) chunks.push(chunk)
  }
  return size > MESSAGE_MAX ? undefined : Buffer.concat(chunks).toString()
}
