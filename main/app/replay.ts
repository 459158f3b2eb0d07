// Sends an exchange's request again, through the proxy's own port, as any client would. It is linked to the original by
// a header that only this engine knows, and that goes no further.
import { Client, errors } from 'undici'
import type { CallOutput } from '../../preload/contract/calls'
import { headersNotReplayed } from '../../preload/contract/replay'
import { errorWords } from '../grip/error-words'
import { headerOfText } from '../grip/grip-headers'
import { INTERNAL_HEADERS } from '../proxy/http/internal-headers'
import type { ExchangeId, Problem } from '../trace/events'
import type { TraceLog } from '../trace/log'

export type Replayed = CallOutput<'exchange.replay'>

export interface ReplayRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array
  /** The original came by TLS. */
  readonly secure: boolean
}

/** The proxy, as a replay needs it. */
export interface ReplayTarget {
  /** Such as http://127.0.0.1:7999. */
  readonly origin: string
  replayHeaders(of: ExchangeId): [string, string][]
}

/** Replays that may be open at once: holds can last. Beyond, the oldest one leaves. */
const OPEN_MAX = 50
/** Milliseconds after which the client of a replay leaves, whatever is still held. */
const LONGEST = 10 * 60_000
/** Bytes of a response after which it leaves. */
const RESPONSE_MAX = 64 * 1024 * 1024
/** Milliseconds within which the proxy must have taken the request. */
const TAKEN_WITHIN = 5000
/** Characters of the proxy's own answer that are told. */
const SAID_MAX = 300
/** Events looked at in one go. */
const READ_MAX = 10_000

export class Replays {
  readonly #log: TraceLog
  readonly #open = new Set<Client>()
  readonly #underWay = new Map<ExchangeId, Promise<Replayed>>()

  constructor(log: TraceLog) {
    this.#log = log
  }

  /** Resolves to the new exchange's number once the proxy has taken the request; a hold goes on after that. */
  replay(of: ExchangeId, request: ReplayRequest, target: ReplayTarget): Promise<Replayed> {
    // One at a time for each original, so that it is certain which new exchange is which replay.
    const before = this.#underWay.get(of) ?? Promise.resolve()
    const mine = before.then(() => this.#send(of, request, target))
    this.#underWay.set(of, mine)
    return mine.finally(() => {
      if (this.#underWay.get(of) === mine) this.#underWay.delete(of)
    })
  }

  /** The clients of all replays leave. */
  stop(): void {
    for (const client of this.#open) void client.destroy()
    this.#open.clear()
  }

  async #send(of: ExchangeId, request: ReplayRequest, target: ReplayTarget): Promise<Replayed> {
    if (!this.#log.recording) {
      return refused('recording', 'recording is paused, so the replay would not be seen', 'Resume recording first.')
    }
    const watching = watchForReplay(this.#log, of)
    try {
      return await Promise.race([
        watching.seen.then((id): Replayed => ({ ok: true, id })),
        this.#request(of, request, target).then((problem) => {
          // A response that comes at once must not win over the event that tells its number.
          watching.look()
          return problem && watching.found() ? new Promise<never>(() => {}) : problem
        }),
        late(watching.signal),
      ])
    } finally {
      watching.stop()
    }
  }

  /** Sends the request. Resolves, once it has ended, to why it became no exchange of its own: for where none is seen. */
  async #request(of: ExchangeId, request: ReplayRequest, target: ReplayTarget): Promise<Replayed> {
    // It is our own port: whose certificate it shows does not matter.
    const connect = { rejectUnauthorized: false }
    const client = new Client(target.origin, { headersTimeout: 0, bodyTimeout: 0, connect })
    this.#keep(client)
    const timer = setTimeout(() => void client.destroy(), LONGEST)
    timer.unref()
    try {
      const { statusCode, body } = await client.request({
        method: request.method as 'GET',
        path: request.url,
        headers: [...headersToSend(request.headers), ...target.replayHeaders(of)].flat(),
        body: request.body.length > 0 ? request.body : null,
      })
      let size = 0
      let text = ''
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length
        if (text.length < SAID_MAX) text += chunk.toString('latin1')
        if (size > RESPONSE_MAX) break
      }
      return answered(statusCode, text)
    } catch (error) {
      return explain(error as Error)
    } finally {
      clearTimeout(timer)
      this.#open.delete(client)
      void client.destroy()
    }
  }

  #keep(client: Client): void {
    const [oldest] = this.#open
    if (this.#open.size >= OPEN_MAX && oldest) {
      this.#open.delete(oldest)
      void oldest.destroy()
    }
    this.#open.add(client)
  }
}

/** What of a request's headers is sent again; the length is that of the body that goes with it. */
export function headersToSend(headers: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const named = headers
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((name) => name.trim().toLowerCase()))
  const left = new Set([...headersNotReplayed, ...INTERNAL_HEADERS, ...named])
  // They are shown as text, and go as bytes.
  return headers.filter(([name]) => !left.has(name.toLowerCase())).map(([name, value]) => [name, headerOfText(value)])
}

/** Waits for the request event of a replay, from now on in the log. */
function watchForReplay(
  log: TraceLog,
  of: ExchangeId,
): { seen: Promise<ExchangeId>; signal: AbortSignal; look(): void; found(): boolean; stop(): void } {
  const over = new AbortController()
  let cursor = log.end
  let found = false
  let tell = (_: ExchangeId): void => {}
  const seen = new Promise<ExchangeId>((resolve) => {
    tell = resolve
  })
  // Reading to the end, even of nothing, is what makes the log call again.
  const look = (): void => {
    do {
      cursor = log.read(cursor, READ_MAX, (event) => {
        if (event.type !== 'request' || event.replayOf !== of) return
        found = true
        tell(event.x)
      })
    } while (cursor < log.end)
  }
  const unsubscribe = log.subscribe(look)
  look()
  return {
    seen,
    signal: over.signal,
    look,
    found: () => found,
    stop() {
      unsubscribe()
      over.abort()
    },
  }
}

function late(signal: AbortSignal): Promise<Replayed> {
  return new Promise((resolve) => {
    const message = `the proxy did not take the request within ${TAKEN_WITHIN / 1000} seconds`
    const timer = setTimeout(() => resolve(refused('request', message, 'Try it again.')), TAKEN_WITHIN)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}

const CORRECT = 'Correct the method, the URL or the headers.'

/** The proxy answered by itself: it did not take it for a request, or not for one that it can send on. */
function answered(status: number, text: string): Replayed {
  const [line = ''] = text.trim().split(/[\r\n]/)
  const said = line === '' ? '' : `: ${line.replace(/\.$/, '').slice(0, SAID_MAX)}`
  return refused('request', `the proxy answered ${status}${said}`, CORRECT)
}

/** Why no exchange came of it, where none did. How an exchange ended is in the trace. */
function explain(error: Error & { code?: string }): Replayed {
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError) {
    return refused('request', `it can't be sent: ${unsendable(error.message)}`, CORRECT)
  }
  if (error.code === 'ECONNREFUSED') {
    return refused('proxy port', 'the proxy is not listening', 'Look at its port in the settings.')
  }
  return refused('request', `the proxy closed the connection without an answer (${errorWords(error)})`, CORRECT)
}

/** What undici does not send, by its text: which part it is. */
function unsendable(text: string): string {
  const none = 'has a character that none may have'
  if (/method/i.test(text)) return `invalid request method: it ${none}`
  if (/path|url/i.test(text)) return `invalid path: it ${none}`
  if (/header/i.test(text)) return `invalid header: its name or value ${none}, or the proxy itself must set it`
  return 'the method, the path or a header is none of HTTP'
}

function refused(field: string, message: string, fix: string): Replayed & { problem: Problem } {
  return { ok: false, problem: { field, message, fix } }
}
