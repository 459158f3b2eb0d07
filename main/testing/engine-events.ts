// For tests: sequences of events such as an engine makes, from a small model of it and what fast-check chooses.
import fc from 'fast-check'
import {
  type EndReason,
  type ExchangeId,
  OUTCOMES,
  type PublishId,
  type ReceiverKind,
  type TraceEvent,
} from '../trace/events'
import { inWords } from './said'
import { TraceScript } from './trace-script'

type State = 'asking' | 'answered' | 'held' | 'passing' | 'ended'

interface Exchange {
  readonly x: ExchangeId
  readonly websocket: boolean
  state: State
  mode: ReceiverKind | undefined
  begun: boolean
  channels: Set<string>
}

/** One thing that happens; what the numbers choose depends on where the engine is. */
interface Move {
  readonly what: (typeof MOVES)[number]
  readonly a: number
  readonly b: number
  readonly text: string
  /** Milliseconds since the one before. */
  readonly later: number
}

const MOVES = [
  'request',
  'request',
  'step',
  'step',
  'step',
  'step',
  'step',
  'publish',
  'publish',
  'publish',
  'late',
  'keep-alive',
  'leave',
  'odd',
] as const
const CHANNELS = ['c', 'd', 'room/ä', '__proto__']
const ENDS: readonly EndReason[] = ['client-left', 'client-slow', 'stopped', 'closed', 'timed-out']
const TEXTS = ['', 'GET', 'é\u0000"\'', '{"hold":{"mode":"stream"}}', 'text/event-stream', 'prev-1', '%(user)s']

class EngineModel {
  readonly script = new TraceScript()
  readonly #exchanges: Exchange[] = []
  #publishes: { p: PublishId; channel: string }[] = []
  #lastPublish = 0

  make({ what, a, b, text, later }: Move): void {
    this.script.at(this.script.t + later)
    switch (what) {
      case 'request':
        this.#request(a, b, text)
        break
      case 'step':
        this.#step(a, b, text)
        break
      case 'publish':
        this.#publish(a, b, text)
        break
      case 'late':
        this.#deliver(pick(this.#publishes, a), b, text)
        break
      case 'keep-alive':
        this.script.keepAlive(...this.#exchanges.filter((e) => e.mode === 'stream').map((e) => e.x))
        break
      case 'leave':
        if (b % 2 === 0) this.#end(pick(this.#live, a), pick(ENDS, b))
        break
      case 'odd':
        if (a % 3 === 0) this.script.recording(b % 2 === 0)
        else this.script.refused(++this.#lastPublish, { data: Buffer.from(text), size: text.length })
        break
    }
  }

  get #live(): Exchange[] {
    return this.#exchanges.filter((e) => e.state !== 'ended')
  }

  #request(a: number, b: number, text: string): void {
    const x = this.#exchanges.length + 1
    const websocket = a % 5 === 0
    const headers = websocket ? ['Host', 'h', 'Upgrade', 'websocket'] : ['Host', 'h', 'X', text]
    const replayOf = a % 7 === 0 && x > 1 ? { replayOf: 1 + (b % (x - 1)) } : {}
    this.script.request(x, { method: a % 11 === 0 ? '' : 'POST', url: `/${b}`, headers, ...replayOf })
    if (a % 2 === 0) this.script.requestBody(x, text, text.length + b)
    this.#exchanges.push({ x, websocket, state: 'asking', mode: undefined, begun: false, channels: new Set() })
    if (a % 13 === 0) this.#end(this.#exchanges.at(-1), 'no-route')
    else this.script.sent(x)
  }

  /** The next thing in the life of an exchange. */
  #step(a: number, b: number, text: string): void {
    const exchange = pick(this.#live, a)
    if (!exchange) return
    const { x } = exchange
    if (exchange.state === 'asking') this.#answer(exchange, a, b, text)
    else if (exchange.state === 'answered') this.#instruct(exchange, b, text)
    else if (exchange.state === 'held') this.#during(exchange, a, b, text)
    else if (b % 4 === 0) this.#end(exchange, 'complete')
    else this.script.answerData(x, text)
  }

  #answer(exchange: Exchange, a: number, b: number, text: string): void {
    const { x } = exchange
    if (a % 6 === 0) {
      this.script.failed(x, { again: b % 2 === 0, cause: inWords(text) })
      if (b % 2 === 0) this.script.sent(x, { why: b % 4 === 0 ? 'failover' : 'retry' })
      else this.#end(exchange, 'backend-failed')
    } else if (a % 3 === 0) {
      this.script.answered(x, 200, ['Content-Type', text])
      this.#respond(exchange, 'answer')
      exchange.state = 'passing'
    } else {
      const json = b % 2 === 0
      const headers = json
        ? ['Content-Type', 'application/grip-instruct']
        : ['Grip-Hold', 'stream', 'Grip-Channel', 'c']
      this.script.answered(x, 200, headers, json ? text : 'body')
      exchange.state = 'answered'
    }
  }

  #instruct(exchange: Exchange, b: number, text: string): void {
    const { x } = exchange
    const refused = b % 5 === 0
    const problems = refused ? [{ field: 'hold', message: text, fix: '' }] : []
    this.script.instruct(x, { from: b % 2 === 0 ? 'json' : 'headers', accepted: !refused, problems })
    if (refused) {
      this.#respond(exchange, 'own')
      this.#end(exchange, 'instruct-refused')
      return
    }
    exchange.mode = exchange.websocket ? 'websocket' : (exchange.mode ?? (b % 3 === 0 ? 'response' : 'stream'))
    if (exchange.mode !== 'response') this.#respond(exchange, 'own')
    this.script.held(x, exchange.mode, b % 2 === 0 ? { meta: { user: text }, next: '/next' } : {})
    exchange.channels = new Set([pick(CHANNELS, b) ?? 'c', 'c'].slice(0, 1 + (b % 2)))
    for (const channel of exchange.channels) {
      this.script.subscribed(x, channel, b % 4 === 0 ? { prevId: text, filters: ['skip-self', 'var-subst'] } : {})
    }
    exchange.state = 'held'
  }

  #during(exchange: Exchange, a: number, b: number, text: string): void {
    const { x, mode } = exchange
    if (mode === 'websocket') {
      const from = b % 3 === 0 ? 'client' : b % 3 === 1 ? 'backend' : 'proxy'
      const kind = (['open', 'text', 'binary', 'ping', 'close', 'control', 'disconnect'] as const)[a % 7] ?? 'text'
      this.script.message(x, text, { from, kind, passed: b % 2 === 0 })
      if (a % 4 === 0) this.script.subscribed(x, pick(CHANNELS, b) ?? 'c')
      if (a % 5 === 0) this.script.unsubscribed(x, pick(CHANNELS, b) ?? 'c')
    } else if (a % 4 === 0) {
      this.script.sent(x, { why: mode === 'stream' ? 'next' : 'id-mismatch' })
      exchange.state = 'asking'
    } else if (a % 5 === 0) {
      this.script.filterAsks(x, this.#publishes.at(-1)?.p ?? 0, b % 3 === 0 ? 500 : 200, ['Action', text], text)
    } else if (mode === 'stream') {
      this.script.responseData(x, text)
    } else if (b % 4 === 0) {
      this.#respond(exchange, 'own')
      this.#end(exchange, 'timed-out')
    }
  }

  #publish(a: number, b: number, text: string): void {
    const p = ++this.#lastPublish
    const channel = (a % 3 === 0 && pick(CHANNELS, b)) || 'c'
    const waiting = b % 6 === 0
    const ids = a % 2 === 0 ? { id: text, prevId: `prev-${b}` } : {}
    this.script.publish(p, { channel, waiting, size: b, ...ids, formats: FORMATS[a % FORMATS.length] ?? {} })
    this.#publishes.push({ p, channel })
    if (!waiting) this.#deliver({ p, channel }, b, text)
  }

  #deliver(publish: { p: PublishId; channel: string } | undefined, b: number, text: string): void {
    if (!publish) return
    const { p, channel } = publish
    const to = this.#live.filter((e) => e.state === 'held' && e.channels.has(channel))
    const outcomes = to.map((_, i) => (b % 2 === 0 ? 'delivered' : OUTCOMES[(b + i) % OUTCOMES.length]) ?? 'delivered')
    for (const [i, exchange] of to.entries()) {
      if (exchange.mode !== 'response' || outcomes[i] !== 'delivered') continue
      this.#respond(exchange, 'publish', p)
      this.#end(exchange, 'delivered')
    }
    const why = b % 2 === 0 ? { why: { 0: inWords(text) } } : {}
    const gaveUp = b % 6 === 0 ? { gaveUp: true } : {}
    const what = Object.fromEntries(to.map(({ x }, i) => [x, outcomes[i] ?? 'delivered']))
    this.script.delivery(p, what, { channel, ...why, ...gaveUp })
  }

  #respond(exchange: Exchange, body: 'answer' | 'own' | 'publish', p?: PublishId): void {
    if (exchange.begun) return
    exchange.begun = true
    const status = exchange.websocket ? 101 : 200
    this.script.response(exchange.x, { body, status, ...(p !== undefined && { p }) })
  }

  #end(exchange: Exchange | undefined, how: EndReason | undefined): void {
    if (!exchange || !how) return
    exchange.state = 'ended'
    this.script.ended(exchange.x, { how, responseSize: 10 })
  }
}

const FORMATS: readonly Record<string, unknown>[] = [
  { 'http-response': { body: 'r' }, 'http-stream': { content: 's' }, 'ws-message': { content: 'w' } },
  { 'http-response': { 'body-patch': [{ op: 'add', path: '/a', value: 1 }] } },
  { 'http-stream': { 'content-bin': 'AAH/' } },
  { 'ws-message': { 'content-bin': 'AAH/', type: 'binary' } },
  { 'http-stream': { action: 'close' }, nonsense: 1 },
  {},
]

function pick<T>(list: readonly T[], n: number): T | undefined {
  return list[n % Math.max(list.length, 1)]
}

const move: fc.Arbitrary<Move> = fc.record({
  what: fc.constantFrom(...MOVES),
  a: fc.noBias(fc.nat(1000)),
  b: fc.noBias(fc.nat(1000)),
  text: fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 20 })),
  later: fc.oneof(fc.constant(0), fc.nat(3000)),
})

/** Events in an order in which an engine could make them. */
export const engineEvents: fc.Arbitrary<TraceEvent[]> = fc.array(move, { maxLength: 120, size: 'max' }).map((moves) => {
  const engine = new EngineModel()
  for (const next of moves) engine.make(next)
  return engine.script.events
})

/** The same with events missing and out of place, as after a pause of the recording or a drop. */
export const brokenEvents: fc.Arbitrary<TraceEvent[]> = engineEvents.chain((events) => fc.shuffledSubarray(events))
