// A stream or a WebSocket that the backend keeps open itself, while what is published for such clients reaches nobody.
import { formatOfKind } from '../../../preload/vocabulary/formats'
import { headerValue } from '../../grip/grip-headers'
import { gripOf } from '../../grip/instruct'
import type { DeliveryEvent, ExchangeId, PublishEvent, TraceTime } from '../events'
import { durationText } from '../units'
import type { Handlers, Rule, RuleKit, Withdraw } from './finding'
import type { ExchangeFacts } from './session-facts'
import { keepBelow, named, requestOf, routeHas } from './words'

/** Milliseconds that a stream must have been open. */
const OPEN_SINCE = 2000
/** Open streams and WebSockets that are remembered; of more, the latest. And those that are named for a publish. */
const OPEN_MAX = 1000
const NAMED_MAX = 20
/** Reports of one exchange that can be taken back. */
const REPORTS_MAX = 100
/** What tools for development keep open. */
const OF_TOOLS = /(?:^\/__webpack_hmr|^\/_next\/|^\/@vite|hot-update|livereload|sockjs-node)/

interface Open {
  readonly facts: ExchangeFacts
  readonly since: TraceTime
  readonly kind: 'stream' | 'websocket'
  readonly reports: Withdraw[]
}

export const notHeld: Rule = {
  id: 'not-held',
  severity: 'error',
  watch: (kit) => new Unheld(kit).handlers,
}

class Unheld {
  readonly #kit: RuleKit
  readonly #open = new Map<ExchangeId, Open>()
  #latest: Pick<PublishEvent, 'p' | 'formatNames'> | undefined
  readonly handlers: Handlers

  constructor(kit: RuleKit) {
    this.#kit = kit
    this.handlers = {
      answered: ({ x, t, filter }) => {
        const facts = filter ? undefined : kit.session.exchange(x)
        if (facts?.isEventStream && isPassedStream(facts)) this.#add(facts, 'stream', t)
      },
      response: ({ x, t, opens, messagePrefix }) => {
        const facts = opens && messagePrefix === undefined ? kit.session.exchange(x) : undefined
        if (facts && isPlainSocket(facts)) this.#add(facts, 'websocket', t)
      },
      held: ({ x }) => {
        if (this.#open.size > 0) this.#open.delete(x)
      },
      publish: ({ p, formatNames }) => {
        this.#latest = { p, formatNames }
      },
      delivery: (event) => {
        if (event.exchanges.length === 0 && this.#open.size > 0) this.#unheard(event)
      },
      ended: ({ x, how }) => {
        const open = this.#open.size > 0 ? this.#open.get(x) : undefined
        if (!open) return
        this.#open.delete(x)
        // It ends by itself: the tokens of a model, a download.
        if (open.kind === 'stream' && how === 'complete') for (const withdraw of open.reports) withdraw()
      },
    }
  }

  #add(facts: ExchangeFacts, kind: Open['kind'], since: TraceTime): void {
    if (this.#open.has(facts.id) || OF_TOOLS.test(facts.request.url)) return
    keepBelow(OPEN_MAX, this.#open)
    this.#open.set(facts.id, { facts, since, kind, reports: [] })
  }

  #unheard({ p, t, channel }: DeliveryEvent): void {
    // Who listens to it was held once, and is away now.
    if (this.#latest?.p !== p || this.#kit.session.channel(channel)?.heard) return
    const { formatNames } = this.#latest
    let named = 0
    for (const open of this.#open.values()) {
      if (!formatNames.includes(formatOfKind[open.kind])) continue
      if (open.kind === 'stream' && t - open.since <= OPEN_SINCE) continue
      if (open.reports.length >= REPORTS_MAX) continue
      open.reports.push(this.#kit.report(reportOf(open, { p, t, channel })))
      if (++named >= NAMED_MAX) return
    }
  }
}

function reportOf({ facts, kind, since }: Open, { p, t, channel }: Pick<DeliveryEvent, 'p' | 't' | 'channel'>) {
  const { id } = facts
  const request = requestOf(facts)
  const common = { key: request, t, channel, exchanges: [id], messages: [p] }
  if (kind === 'stream')
    return {
      ...common,
      text: `Publish ${p} on ${named(channel)} reached nobody, while the backend itself has kept the event stream #${id} (${request}) open for ${durationText(t - since)}. The proxy does not hold that stream: the answer has no Grip-Hold.`,
      fix: 'Answer the GET with a hold and end the answer: Grip-Hold: stream, Grip-Channel: NAME. Django: set_hold_stream(request, channel); @fanoutio/grip: new GripInstruct(channel), setHoldStream().',
    }
  return {
    ...common,
    text: `Publish ${p} on ${named(channel)} reached nobody, while the WebSocket #${id} (${request}) is open to a backend that did not take the extension grip. The proxy passes its messages on and can't subscribe it to a channel.`,
    fix: 'Answer the handshake with Sec-WebSocket-Extensions: grip and send c:{"type": "subscribe", "channel": "NAME"}, or put over_http after the target and speak WebSocket over HTTP.',
  }
}

/** A GET that passes on a route which speaks GRIP. */
function isPassedStream(facts: ExchangeFacts): boolean {
  const { request, sent, answered } = facts
  if (request.method !== 'GET' || answered?.status !== 200 || gripOf(answered.headers) !== 'none') return false
  return !routeHas(facts, 'no_grip') && !/,untrusted(?:,|$)/.test(sent?.target ?? '')
}

function isPlainSocket(facts: ExchangeFacts): boolean {
  const { request, sent } = facts
  if (!sent || /,over_http(?:,|$)/.test(sent.target) || /,untrusted(?:,|$)/.test(sent.target)) return false
  if (/^vite-/.test(headerValue(request.headers, 'sec-websocket-protocol') ?? '')) return false
  return !routeHas(facts, 'no_grip')
}
