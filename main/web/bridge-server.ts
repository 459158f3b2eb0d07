// The contract over a WebSocket: calls and their replies, and pushes at the pace that the browser takes them.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { type CallReply, webRequestSchema } from '../../preload/contract/bridge'
import type { Push } from '../../preload/contract/pushes'
import { errorWords } from '../grip/error-words'

/** What the bridge leads to. */
export interface BridgedApp {
  dispatch(name: string, input: unknown): Promise<CallReply>
  /** Starts the flow of pushes; while `ready` says false no batches come. The function returned ends it. */
  watch(push: (push: Push) => void, ready: () => boolean): () => void
}

/** Bytes of a message from a browser: the body of a replay may be in it. */
const MESSAGE_MAX = 100 * 1024 * 1024
/** Bytes that may wait to be sent before batches pause. */
const BUFFERED_MAX = 1024 * 1024
/** Calls of one connection that may be under way. */
const CALLS_MAX = 256
/** Characters of an answer. None of the contract's comes near: they are bounded one by one. */
const REPLY_MAX = 64 * 1024 * 1024
/** Connections at once. */
const CONNECTIONS_MAX = 64
/** Milliseconds between two looks if a connection is still alive. */
const PING_INTERVAL = 30_000

export class BridgeServer {
  readonly #app: BridgedApp
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_MAX, perMessageDeflate: false })

  constructor(app: BridgedApp) {
    this.#app = app
  }

  /** Takes a connection that has been let in. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      if (this.#server.clients.size > CONNECTIONS_MAX) webSocket.close(1013, 'Too many windows are open.')
      else new Connection(this.#app, webSocket)
    })
  }

  stop(): void {
    for (const client of this.#server.clients) client.terminate()
    this.#server.close()
  }
}

/** One browser window. */
class Connection {
  readonly #app: BridgedApp
  readonly #socket: WebSocket
  #stopWatch: (() => void) | undefined
  #calls = 0

  constructor(app: BridgedApp, socket: WebSocket) {
    this.#app = app
    this.#socket = socket
    const stopPings = watchLife(socket)
    socket.on('message', (data, isBinary) => this.#take(data, isBinary))
    // The close that follows says all there is to do.
    socket.on('error', () => {})
    socket.on('close', () => {
      stopPings()
      this.#unwatch()
    })
  }

  #take(data: RawData, isBinary: boolean): void {
    const request = webRequestSchema.safeParse(isBinary ? undefined : readJson(String(data)))
    if (!request.success) {
      const where = request.error.issues[0]?.path.join('.') || 'message'
      // A reason has 123 bytes at most.
      this.#socket.close(1008, `${where.slice(0, 40)} does not match the contract.`)
      return
    }
    switch (request.data.type) {
      case 'call':
        void this.#call(request.data.seq, request.data.name, request.data.input)
        break
      case 'watch':
        this.#watch()
        break
      case 'unwatch':
        this.#unwatch()
    }
  }

  async #call(seq: number, name: string, input: unknown): Promise<void> {
    if (this.#calls >= CALLS_MAX) {
      const message = `More than ${CALLS_MAX} calls at once. Wait for replies.`
      this.#send({ type: 'reply', seq, reply: { ok: false, error: { code: 'bad-call', message } } })
      return
    }
    this.#calls++
    const reply = await this.#app.dispatch(name, input)
    this.#calls--
    this.#reply(seq, name, reply)
  }

  /** An answer that can't be sent fails this call alone. */
  #reply(seq: number, name: string, reply: CallReply): void {
    let why: string
    try {
      const text = JSON.stringify({ type: 'reply', seq, reply })
      if (text.length <= REPLY_MAX) {
        this.#sendText(text)
        return
      }
      why = `it has ${text.length} characters, over ${REPLY_MAX}`
    } catch (error) {
      why = errorWords(error)
    }
    const message = `The answer of ${name} can't be sent: ${why}.`
    this.#send({ type: 'reply', seq, reply: { ok: false, error: { code: 'internal', message } } })
  }

  /** A second watch begins anew, with a snapshot. */
  #watch(): void {
    this.#unwatch()
    this.#stopWatch = this.#app.watch(
      (push) => this.#send({ type: 'push', push }),
      () => this.#socket.bufferedAmount < BUFFERED_MAX,
    )
  }

  #unwatch(): void {
    this.#stopWatch?.()
    this.#stopWatch = undefined
  }

  #send(message: { type: 'reply'; seq: number; reply: CallReply } | { type: 'push'; push: Push }): void {
    this.#sendText(JSON.stringify(message))
  }

  #sendText(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text)
  }
}

/** Ends a connection whose other end is gone without a word. The function returned ends the looking. */
function watchLife(socket: WebSocket): () => void {
  let alive = true
  socket.on('pong', () => {
    alive = true
  })
  const timer = setInterval(() => {
    if (!alive) {
      socket.terminate()
      return
    }
    alive = false
    socket.ping()
  }, PING_INTERVAL)
  timer.unref()
  return () => clearInterval(timer)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
