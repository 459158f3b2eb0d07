// The sequence diagram of one exchange, from its events and from the publishes that touched its channels. Only what was
// observed is in it.
import type { Story, StoryStep } from '../../preload/views'
import { causeWords } from '../grip/cause-words'
import { failureWords } from '../grip/failure-words'
import { headerValue, textOfHeader } from '../grip/grip-headers'
import { isObject, parseJson } from '../grip/json-values'
import { endMessage, failureText } from './backend-failure'
import { firstSince, type Subscribed } from './channel-state'
import { latestOutcomes } from './deliveries'
import type {
  AnsweredEvent,
  ExchangeEvent,
  PublishId,
  ResponseEvent,
  SentEvent,
  SharedWith,
  Spoken,
  TraceTime,
  WsMessageEvent,
} from './events'
import type { ExchangeRecord } from './exchange-state'
import { mayHaveMissed } from './findings/lost-update'
import type { TraceModel } from './model'
import { outcomeRow, publishOf } from './outcomes'
import { pausedLabel, publishPause, releasedLabel } from './pause-words'
import type { PublishRecord } from './publish-state'
import { spansOf } from './story-spans'
import { durationText, sizeText } from './units'

/** Steps that a story has; what is in the middle of more is left out. */
const STEPS_MAX = 300
/** Milliseconds before a hold began and after it ended in which a publish just missed it. */
const NEAR = 2000

export function storyOf(model: TraceModel, exchange: ExchangeRecord): Story {
  // At one time, a publish comes before the response that it causes.
  const steps = [
    ...deliveredSteps(model, exchange),
    ...exchange.events.flatMap((event) => stepOf(exchange, event) ?? []),
    ...missedSteps(model, exchange),
    ...waitedSteps(model, exchange),
    ...keepAliveSteps(exchange),
  ]
  steps.sort((a, b) => a.t - b.t)
  const cut = Math.max(steps.length - STEPS_MAX, 0)
  const shown = cut === 0 ? steps : [...steps.slice(0, STEPS_MAX / 2), ...steps.slice(-STEPS_MAX / 2)]
  return { steps: shown, spans: spansOf(exchange), cut }
}

type Part = Pick<StoryStep, 'from' | 'to' | 'label'> & Partial<StoryStep>

function step(t: TraceTime, part: Part): StoryStep {
  return { t, detail: '', tone: 'plain', publish: null, ...part }
}

function stepOf(exchange: ExchangeRecord, event: ExchangeEvent): StoryStep | undefined {
  switch (event.type) {
    case 'request':
      return step(event.t, { from: 'client', to: 'gripscope', label: `${event.method} ${event.url}` })
    case 'sent':
      if (event.shared) return sharedStep(event, event.shared)
      return step(event.t, { from: 'gripscope', to: 'backend', ...sentLabel(exchange, event) })
    case 'answered':
      return step(event.t, { from: 'backend', to: 'gripscope', ...answeredLabel(event) })
    case 'backend-failed': {
      const said = failureText(event)
      const detail = [...(event.again ? ['it is tried again'] : []), ...(said === '' ? [] : [said])].join('; ')
      const label = failureWords(event.target, event.code).short
      return step(event.t, { from: 'backend', to: 'gripscope', label, detail, tone: 'failed' })
    }
    case 'tls-probed':
      return step(event.t, { from: 'gripscope', to: 'backend', ...PROBED[event.spoken] })
    case 'listens-beside':
      return step(event.t, { from: 'gripscope', to: 'backend', label: `something listens on ${event.listens}` })
    case 'instruct': {
      if (event.accepted) return undefined
      const [first] = event.problems
      const label = first ? `instruct refused: ${first.field}` : 'instruct refused'
      return step(event.t, { from: 'gripscope', to: 'gripscope', label, detail: first?.message ?? '', tone: 'failed' })
    }
    case 'limit': {
      const detail = `${causeWords(event.cause)} (${event.limit})`
      return step(event.t, { from: 'gripscope', to: 'gripscope', label: 'limit reached', detail, tone: 'attention' })
    }
    case 'paused':
      return step(event.t, { from: 'gripscope', to: 'gripscope', ...pausedLabel(event) })
    case 'released':
      return step(event.t, { from: 'gripscope', to: 'gripscope', ...releasedLabel(exchange, event) })
    case 'response':
      return step(event.t, { from: 'gripscope', to: 'client', ...responseLabel(exchange, event) })
    case 'ws-message':
      return messageStep(event)
    case 'ended':
      return endStep(exchange)
    case 'request-data':
    case 'request-end':
    case 'answer-data':
    case 'answer-end':
    case 'held':
    case 'subscribed':
    case 'unsubscribed':
    case 'response-data':
      return undefined
  }
}

/** A hello of TLS, which is tried where a plain connection ended without a byte. */
const PROBED: Readonly<Record<Spoken, Pick<StoryStep, 'label' | 'detail' | 'tone'>>> = {
  tls: { label: 'TLS hello: answered in TLS', detail: 'the route says plain HTTP', tone: 'failed' },
  other: { label: 'TLS hello: not answered in TLS', detail: '', tone: 'faint' },
  nothing: { label: 'TLS hello: no answer', detail: '', tone: 'faint' },
}

const WHY: Readonly<Record<SentEvent['why'], string>> = {
  request: 'same request',
  failover: 'same request, next target',
  'stale-connection': 'same request, on a new connection',
  retry: 'requested again',
  'id-mismatch': 'requested again: a message was missed',
  subscribed: 'requested again: channel came up',
  recover: 'requested again: recover',
  hint: 'requested again: hint',
  next: 'next link',
  gone: 'gone link',
  refresh: 'requested again: refresh',
  websocket: 'events',
  filter: 'filter request',
}

/** Asked because something went wrong; all else goes its usual way. */
const TROUBLE: ReadonlySet<SentEvent['why']> = new Set(['failover', 'stale-connection', 'retry', 'id-mismatch'])

function sentLabel(
  exchange: ExchangeRecord,
  event: SentEvent,
): Pick<StoryStep, 'label' | 'detail' | 'tone' | 'publish'> {
  const signed = headerValue(event.headers, 'grip-sig') === undefined ? '' : ', signed'
  const pause = event.why === 'retry' ? pauseBefore(exchange, event) : ''
  const events = event.why === 'websocket' && event.body ? ` (${sizeText(event.body.byteLength)})` : ''
  const link = event.why === 'next' || event.why === 'gone' || event.why === 'filter' ? ` ${event.url}` : ''
  const tone = TROUBLE.has(event.why) ? 'attention' : 'plain'
  return {
    // That it is signed is said of the first one, where there is room for it; of all in the detail.
    label: `${WHY[event.why]}${pause}${link}${events}${event.why === 'request' ? signed : ''}`,
    detail: `to ${event.target}${event.why === 'request' ? '' : signed}`,
    tone,
    publish: event.p ?? null,
  }
}

/** A link that is not asked for this exchange: the answer that comes is that of another one's request. */
function sharedStep({ t, url }: SentEvent, { x, url: asked }: SharedWith): StoryStep {
  const alike = url === asked
  return step(t, {
    from: 'gripscope',
    to: 'gripscope',
    label: `next link ${url}: shared with #${x}`,
    detail: alike ? `#${x} had just requested it` : `#${x} had just requested ${asked}: only the query differs`,
    tone: alike ? 'plain' : 'attention',
  })
}

/** How long it paused after the failure, before it tried again. */
function pauseBefore({ events }: ExchangeRecord, event: SentEvent): string {
  const failed = events.findLast(({ type, t }) => type === 'backend-failed' && t <= event.t)
  return failed ? `, ${durationText(event.t - failed.t)} later` : ''
}

function answeredLabel(event: AnsweredEvent): Pick<StoryStep, 'label' | 'detail' | 'tone'> {
  if (event.filter) {
    const action = headerValue(event.headers, 'action')
    const decided = event.status === 200 || event.status === 204
    const label = action === undefined ? String(event.status) : `${event.status} Action: ${action}`
    return { label: `${label} (filter)`, detail: textOfHeader(event.reason), tone: decided ? 'plain' : 'failed' }
  }
  const type = (headerValue(event.headers, 'content-type') ?? '').split(';', 1)[0]?.trim() ?? ''
  const hold = headerValue(event.headers, 'grip-hold')
  const grip = type === 'application/grip-instruct' || hold !== undefined
  const what = hold === undefined ? type : `Grip-Hold: ${hold}`
  const tone = grip ? 'held' : event.status >= 500 ? 'failed' : 'plain'
  return { label: `${event.status} ${what}`.trim(), detail: textOfHeader(event.reason), tone }
}

function responseLabel(exchange: ExchangeRecord, event: ResponseEvent): Pick<StoryStep, 'label' | 'tone' | 'publish'> {
  const publish = event.p ?? null
  if (publish !== null) return { label: `${event.status} ${textOfHeader(event.reason)}`, tone: 'delivered', publish }
  const last = exchange.response === event
  if (last && exchange.end?.how === 'timed-out') {
    return { label: `${event.status} (timeout response)`, tone: 'attention', publish }
  }
  const tone = event.status >= 500 ? 'failed' : 'plain'
  const mode = exchange.mode === 'stream' ? ', stays open' : ''
  return { label: `${event.status} ${textOfHeader(event.reason)}${mode}`.trim(), tone, publish }
}

function messageStep(event: WsMessageEvent): StoryStep | undefined {
  if (event.kind === 'open') return undefined
  const text = event.kind === 'text' || event.kind === 'control' || event.kind === 'close'
  const words = text ? Buffer.from(event.data.subarray(0, 80)).toString('utf8') : ''
  const label = `${event.kind} ${event.kind === 'control' ? (controlWords(event.data) ?? words) : words}`.trim()
  const detail = event.kind === 'control' ? words : sizeText(event.size)
  if (event.from === 'client') {
    const why = event.passed ? detail : 'the backend is detached: not passed on'
    return step(event.t, { from: 'client', to: 'gripscope', label, detail: why })
  }
  if (event.from === 'proxy') return step(event.t, { from: 'gripscope', to: 'client', label, detail })
  if (event.kind === 'control') {
    const tone = event.passed ? 'held' : 'failed'
    return step(event.t, { from: 'backend', to: 'gripscope', label, detail, tone })
  }
  if (event.passed) return step(event.t, { from: 'backend', to: 'client', label, detail })
  return step(event.t, {
    from: 'backend',
    to: 'gripscope',
    label,
    detail: 'without the prefix: not passed on',
    tone: 'attention',
  })
}

/** A control message in short: `subscribe talk`, `set-meta user=erin`. Undefined for what is none. */
function controlWords(data: Uint8Array): string | undefined {
  const parsed = parseJson(data)
  if (!parsed.ok || !isObject(parsed.value)) return undefined
  const { type, channel, name, value } = parsed.value
  if (typeof type !== 'string') return undefined
  const meta = typeof name === 'string' ? `${name}=${typeof value === 'string' ? value : ''}` : ''
  return [type, typeof channel === 'string' ? channel : '', meta].filter((part) => part !== '').join(' ')
}

function endStep(exchange: ExchangeRecord): StoryStep | undefined {
  const { end, response, mode } = exchange
  if (!end) return undefined
  const detail = endMessage(exchange)
  switch (end.how) {
    case 'client-left':
      return step(end.t, { from: 'client', to: 'client', label: 'client left', detail, tone: 'faint' })
    case 'client-slow':
      return step(end.t, { from: 'gripscope', to: 'client', label: 'cut off: too slow', detail, tone: 'failed' })
    case 'closed':
      return step(end.t, { from: 'gripscope', to: 'client', label: 'closed', detail, tone: 'plain' })
    case 'backend-failed':
      // An error page went out whole: nothing was cut off.
      if (!response || (response.body !== 'answer' && mode !== 'stream')) return undefined
      return step(end.t, {
        from: 'gripscope',
        to: 'client',
        label: response.body === 'answer' ? 'cut off' : 'ended',
        detail,
        tone: 'failed',
      })
    case 'bad-request':
    case 'not-supported':
      if (detail === '') return undefined
      return step(end.t, { from: 'gripscope', to: 'gripscope', label: 'request refused', detail, tone: 'failed' })
    default:
      return undefined
  }
}

// ---- publishes -----------------------------------------------------------------------------------------------------

function deliveredSteps(model: TraceModel, exchange: ExchangeRecord): StoryStep[] {
  const steps: StoryStep[] = []
  for (const at of latestOutcomes(model, exchange, STEPS_MAX)) {
    const { outcome, why, publish, at: t } = outcomeRow(model, at)
    const name = publishName(model, publish, at.event.channel)
    const delivered = outcome === 'delivered' || outcome === 'closed'
    const label = delivered ? name : `${name}: ${outcome.replaceAll('-', ' ')}`
    const to = delivered && exchange.mode !== 'response' ? 'client' : 'gripscope'
    steps.push(
      step(t, { from: 'publisher', to, label, detail: why, tone: delivered ? 'delivered' : 'attention', publish }),
    )
  }
  return steps
}

/** Publishes that came just before a hold, or just after the end. */
function missedSteps(model: TraceModel, exchange: ExchangeRecord): StoryStep[] {
  const { heldAt, request, end } = exchange
  if (heldAt === null) return []
  const steps: StoryStep[] = []
  const lost = new Set(mayHaveMissed(exchange.evidence).flatMap(({ messages = [] }) => messages))
  for (const name of new Set(exchange.subscriptions.map((s) => s.channel))) {
    const channel = model.channels.get(name)
    const publishes = channel?.publishes ?? []
    const own = exchange.subscriptions.filter((s) => s.channel === name)
    const from = Math.min(request.t, heldAt - NEAR)
    const known = knownUntil(publishes, own)
    for (let i = firstSince(publishes, from, timeOf); i < publishes.length; i++) {
      const publish = publishes[i]
      if (!publish || steps.length >= STEPS_MAX) break
      const { t } = publish.event
      if (end && t > end.t + NEAR) break
      if ((t <= known && !lost.has(publish.id)) || reached(publish, exchange.id)) continue
      if (own.some((s) => s.from <= t && (s.to === null || t <= s.to))) continue
      const said = missedWords(exchange, t, own, lost.has(publish.id))
      if (!said) continue
      const label = `${publishName(model, publish.id, name)} — ${said.label}`
      steps.push(step(t, { ...said, from: 'publisher', to: 'gripscope', label, publish: publish.id }))
    }
  }
  return steps
}

/** How a publish missed an exchange, by the first hold that followed it. */
function missedWords(
  exchange: ExchangeRecord,
  t: TraceTime,
  own: readonly Subscribed[],
  lost: boolean,
): Pick<StoryStep, 'label' | 'detail' | 'tone'> | undefined {
  const { end, events } = exchange
  const next = own.find((s) => s.from > t)
  if (!next) {
    if (!end || t < end.t) return undefined
    const detail = `${durationText(t - end.t)} after this exchange had ended`
    return { label: 'missed it', detail, tone: 'attention' }
  }
  const before = `${durationText(next.from - t)} before this request was held`
  if (lost) return { label: 'may have missed it', detail: before, tone: 'attention' }
  const asked = events.some((event) => event.type === 'sent' && !ASIDE.has(event.why) && event.t >= t)
  const detail = asked ? `${before}; the backend was asked after it` : before
  return { label: 'came before', detail, tone: asked ? 'faint' : 'attention' }
}

/** Asked for something else than an answer to the client. */
const ASIDE: ReadonlySet<SentEvent['why']> = new Set(['filter', 'gone'])

/** Publishes that came before their prev-id while it was held: when they came. When they went out is told as of any other. */
function waitedSteps(model: TraceModel, exchange: ExchangeRecord): StoryStep[] {
  const steps: StoryStep[] = []
  for (const { channel, from, to } of exchange.subscriptions) {
    const publishes = model.channels.get(channel)?.publishes ?? []
    for (let i = firstSince(publishes, from, timeOf); i < publishes.length && steps.length < STEPS_MAX; i++) {
      const publish = publishes[i]
      if (publish?.event.type !== 'publish' || (to !== null && publish.event.t > to)) break
      const { t, waiting, prevId = '' } = publish.event
      if (publish.event.paused) steps.push(pausedPublishStep(model, publish, channel))
      if (!waiting) continue
      const { wentOutAt } = publish
      const detail = wentOutAt === null ? 'it still waits' : `it went out after ${durationText(wentOutAt - t)}`
      const label = `${publishName(model, publish.id, channel)} waits for ${prevId}`
      steps.push(step(t, { from: 'publisher', to: 'gripscope', label, detail, tone: 'attention', publish: publish.id }))
    }
  }
  return steps
}

function pausedPublishStep(model: TraceModel, publish: PublishRecord, channel: string): StoryStep {
  const label = `${publishName(model, publish.id, channel)} paused`
  const part = { label, detail: publishPause(publish), tone: 'attention' as const, publish: publish.id }
  return step(publish.event.t, { from: 'publisher', to: 'gripscope', ...part })
}

/** The time of the latest publish that the client has: the one that a hold names as its prev-id. */
function knownUntil(publishes: readonly PublishRecord[], own: readonly Subscribed[]): TraceTime {
  const ids = new Set(own.flatMap(({ prevId }) => prevId ?? []))
  if (ids.size === 0) return Number.NEGATIVE_INFINITY
  const latest = publishes.findLast(
    ({ event }) => event.type === 'publish' && event.id !== undefined && ids.has(event.id),
  )
  return latest?.event.t ?? Number.NEGATIVE_INFINITY
}

function reached(publish: PublishRecord, exchange: number): boolean {
  return publish.deliveries.some(({ exchanges }) => exchanges.includes(exchange))
}

function publishName(model: TraceModel, p: PublishId, channel: string): string {
  const id = publishOf(model, p)?.id
  return id === undefined ? `publish ${channel}` : `publish ${channel} ${id}`
}

function timeOf(publish: PublishRecord): TraceTime {
  return publish.event.t
}

function keepAliveSteps(exchange: ExchangeRecord): StoryStep[] {
  const { keepAlives, firstKeepAlive, lastKeepAlive } = exchange
  if (keepAlives === 0) return []
  const label = keepAlives === 1 ? 'keep-alive' : `${keepAlives} keep-alives`
  const detail = keepAlives === 1 ? '' : `over ${durationText(lastKeepAlive - firstKeepAlive)}`
  return [step(firstKeepAlive, { from: 'gripscope', to: 'client', label, detail, tone: 'faint' })]
}
