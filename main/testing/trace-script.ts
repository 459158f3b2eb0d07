// For tests: writes trace events by hand, with what a test does not care about filled in.
import { headerValue } from '../grip/grip-headers'
import { readInstruct } from '../grip/instruct'
import { encodeFormats, namesOf } from '../grip/published-formats'
import { MessageCount } from '../proxy/websocket/message-record'
import {
  type ExchangeId,
  OUTCOMES,
  type Outcome,
  type PublishId,
  type RawHeaders,
  type ReceiverKind,
  type SentContents,
  type TraceEvent,
  type TraceTime,
  type Understood,
} from '../trace/events'
import { TraceModel } from '../trace/model'
import { inWords } from './said'

type EventOf<T extends TraceEvent['type']> = Extract<TraceEvent, { type: T }>
type Fields<T extends TraceEvent['type']> = Partial<Omit<EventOf<T>, 'type' | 't' | 'x' | 'p'>>

type PublishFields = Omit<Fields<'publish'>, 'formats' | 'formatNames'> & {
  readonly formats?: Readonly<Record<string, unknown>>
}

const FORMATS = {
  'http-response': { body: 'R' },
  'http-stream': { content: 'S' },
  'ws-message': { content: 'W' },
}

export class TraceScript {
  readonly events: TraceEvent[] = []
  /** Time of the next event. */
  t: TraceTime = 0
  readonly #webSockets = new Map<ExchangeId, MessageCount>()

  /** All that follows happens at this time. */
  at(t: TraceTime): this {
    this.t = t
    return this
  }

  /** A model with all events so far applied. */
  get model(): TraceModel {
    const model = new TraceModel()
    for (const event of this.events) model.apply(event)
    return model
  }

  request(x: ExchangeId, fields: Fields<'request'> = {}): this {
    const basis = { method: 'GET', url: '/', httpVersion: '1.1', headers: ['Host', 'a.test'], secure: false }
    if (headerValue(fields.headers ?? [], 'upgrade') === 'websocket') this.#countOf(x)
    return this.#add({ type: 'request', t: this.t, x, ...basis, client: `127.0.0.1:${4000 + x}`, ...fields })
  }

  requestBody(x: ExchangeId, data: string | Uint8Array, size?: number): this {
    this.#add({ type: 'request-data', t: this.t, x, data: bytes(data) })
    return this.#add({ type: 'request-end', t: this.t, x, size: size ?? bytes(data).length })
  }

  sent(x: ExchangeId, fields: Fields<'sent'> & { p?: PublishId } = {}): this {
    const basis = { route: '* b:1', target: 'b:1', method: 'GET', url: '/', headers: [], why: 'request' } as const
    return this.#add({ type: 'sent', t: this.t, x, ...basis, ...fields })
  }

  /** The backend's answer: its head, and with `body` all of it. */
  answered(x: ExchangeId, status = 200, headers: RawHeaders = [], body?: string | Uint8Array): this {
    this.#add({ type: 'answered', t: this.t, x, status, reason: status === 200 ? 'OK' : '', headers })
    return body === undefined ? this : this.answerData(x, body).answerEnd(x, bytes(body).length)
  }

  /** A filter request about a publish, and is answered. */
  filterAsks(x: ExchangeId, p: PublishId, status = 200, headers: RawHeaders = [], body = ''): this {
    this.sent(x, { method: 'POST', url: '/filter', why: 'filter', p })
    this.#add({ type: 'answered', t: this.t, x, status, reason: 'OK', headers, filter: true })
    if (body !== '') this.#add({ type: 'answer-data', t: this.t, x, data: bytes(body), filter: true })
    return this.#add({ type: 'answer-end', t: this.t, x, size: body.length, filter: true })
  }

  answerData(x: ExchangeId, data: string | Uint8Array): this {
    return this.#add({ type: 'answer-data', t: this.t, x, data: bytes(data) })
  }

  answerEnd(x: ExchangeId, size: number): this {
    return this.#add({ type: 'answer-end', t: this.t, x, size })
  }

  failed(x: ExchangeId, fields: Fields<'backend-failed'> = {}): this {
    const basis = { target: 'b:1', code: 'ECONNREFUSED', cause: inWords('connect ECONNREFUSED'), again: false }
    return this.#add({ type: 'backend-failed', t: this.t, x, ...basis, ...fields })
  }

  instruct(x: ExchangeId, fields: Fields<'instruct'> = {}): this {
    const understood = fields.accepted === false ? undefined : (fields.understood ?? this.#understood(x))
    const basis = { from: 'headers', problems: [], accepted: true } as const
    return this.#add({ type: 'instruct', t: this.t, x, ...basis, ...(understood && { understood }), ...fields })
  }

  /** As the engine would understand the latest answer. */
  #understood(x: ExchangeId): Understood | undefined {
    const at = this.events.findLastIndex((event) => event.type === 'answered' && event.x === x && !event.filter)
    const answered = this.events[at]
    if (answered?.type !== 'answered') return undefined
    const data = this.events
      .slice(at)
      .flatMap((event) => (event.type === 'answer-data' && event.x === x ? event.data : []))
    const { status, reason, headers } = answered
    const read = readInstruct({ status, reason, headers, body: Buffer.concat(data) })
    return read.ok ? read.instruct : undefined
  }

  held(x: ExchangeId, mode: ReceiverKind = 'response', fields: Fields<'held'> = {}): this {
    const timeout = mode === 'response' ? 55_000 : 0
    return this.#add({ type: 'held', t: this.t, x, mode, timeout, keepAlive: 0, ...fields })
  }

  subscribed(x: ExchangeId, channel = 'c', fields: Fields<'subscribed'> = {}): this {
    return this.#add({ type: 'subscribed', t: this.t, x, channel, ...fields })
  }

  unsubscribed(x: ExchangeId, channel = 'c'): this {
    return this.#add({ type: 'unsubscribed', t: this.t, x, channel })
  }

  response(x: ExchangeId, fields: Fields<'response'> & { p?: PublishId } = {}): this {
    const basis = { status: 200, reason: 'OK', headers: [], body: 'answer' } as const
    const opens = fields.status === 101 ? ({ opens: true } as const) : {}
    return this.#add({ type: 'response', t: this.t, x, ...basis, ...opens, ...fields })
  }

  responseData(x: ExchangeId, data: string | Uint8Array): this {
    return this.#add({ type: 'response-data', t: this.t, x, data: bytes(data) })
  }

  keepAlive(...exchanges: ExchangeId[]): this {
    return this.#add({ type: 'keep-alive', t: this.t, exchanges, size: 1 })
  }

  limit(x: ExchangeId, limit: string, words: string): this {
    return this.#add({ type: 'limit', t: this.t, x, limit, cause: inWords(words) })
  }

  message(x: ExchangeId, data: string | Uint8Array, fields: Fields<'ws-message'> = {}): this {
    const basis = { from: 'client', kind: 'text', size: bytes(data).length, passed: true } as const
    const message = { ...basis, ...fields }
    const counted = this.#countOf(x).add(message.from, message.kind, message.size, message.passed)
    return this.#add({ type: 'ws-message', t: this.t, x, data: bytes(data), ...counted, ...message })
  }

  ended(x: ExchangeId, fields: Fields<'ended'> = {}): this {
    return this.#add({ type: 'ended', t: this.t, x, how: 'complete', responseSize: 0, ...fields })
  }

  publish(p: PublishId, { formats = FORMATS, ...fields }: PublishFields = {}): this {
    const basis = { via: 'http', channel: 'c', size: 100, waiting: false } as const
    const { content } = { content: undefined, ...(formats['http-stream'] as { content?: unknown } | undefined) }
    const streamSize = typeof content === 'string' ? { streamSize: Buffer.byteLength(content) } : {}
    const published = { formatNames: namesOf(formats), formats: encodeFormats(formats), ...streamSize }
    return this.#add({ type: 'publish', t: this.t, p, ...basis, ...published, ...fields })
  }

  refused(p: PublishId, fields: Fields<'publish-refused'> = {}): this {
    const problem = { field: 'items', message: 'is missing', fix: 'Add it.' }
    const basis = { via: 'http', status: 400, problem, data: bytes('{}'), size: 2 } as const
    return this.#add({ type: 'publish-refused', t: this.t, p, ...basis, ...fields })
  }

  /** What came of a publish, by exchange. */
  delivery(p: PublishId, outcomes: Readonly<Record<ExchangeId, Outcome>>, fields: Fields<'delivery'> = {}): this {
    const numbers = Uint32Array.from(Object.entries(outcomes), ([x, outcome]) =>
      outcome === 'delivered' ? (this.#webSockets.get(Number(x))?.addPublished() ?? 0) : 0,
    )
    return this.#add({
      type: 'delivery',
      t: this.t,
      p,
      channel: 'c',
      exchanges: Uint32Array.from(Object.keys(outcomes), Number),
      outcomes: Uint8Array.from(Object.values(outcomes), (name) => OUTCOMES.indexOf(name)),
      ...(numbers.some((number) => number > 0) && { numbers }),
      ...fields,
    })
  }

  recording(on: boolean): this {
    return this.#add({ type: 'recording', t: this.t, on })
  }

  /** A request that is asked of the backend and held on channel `c`. */
  hold(x: ExchangeId, mode: ReceiverKind = 'response', fields: Fields<'held'> = {}): this {
    this.request(x).sent(x).answered(x, 200, ['Grip-Hold', mode, 'Grip-Channel', 'c'], '').instruct(x)
    return this.held(x, mode, fields).subscribed(x)
  }

  #countOf(x: ExchangeId): MessageCount {
    const count = this.#webSockets.get(x) ?? new MessageCount()
    this.#webSockets.set(x, count)
    return count
  }

  #add(event: TraceEvent): this {
    this.events.push(event)
    return this
  }
}

/** What filters made for the exchanges of a delivery, by position; null: they got the item's own content. */
export function madeOf(...contents: readonly (string | null)[]): SentContents {
  const distinct = [...new Set(contents.filter((content) => content !== null))].map(bytes)
  let end = 0
  return {
    which: Uint32Array.from(contents, (content) =>
      content === null ? 0 : 1 + distinct.findIndex((each) => each.equals(bytes(content))),
    ),
    data: Buffer.concat(distinct),
    ends: Uint32Array.from(distinct, ({ length }) => {
      end += length
      return end
    }),
    sizes: Uint32Array.from(distinct, ({ length }) => length),
  }
}

function bytes(data: string | Uint8Array): Buffer {
  return typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}
