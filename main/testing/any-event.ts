// For tests: events of every type with odd values, as an engine might ever make them. The compiler asks for all types.
import fc from 'fast-check'
import { type Cause, type CauseCode, causeArguments } from '../../preload/vocabulary/causes'
import { endReasons } from '../../preload/vocabulary/end-reasons'
import { publishVias, receiverKinds } from '../../preload/vocabulary/formats'
import type {
  ChangedItem,
  DeliveryEvent,
  FilteredBy,
  PauseEnd,
  SentContents,
  TraceEvent,
  Understood,
} from '../trace/events'
import { portRoles } from '../trace/events/engine'

type EventOf<T extends TraceEvent['type']> = Extract<TraceEvent, { type: T }>

/** Any UTF-16, so also halves of surrogate pairs. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom('', '\ud800', '\udc00x', '\u0000', '\u2028', '__proto__', 'a\nb', '"\\', 'é日本😀', '\ufeff'),
)
/** Any bytes, so also those that are no UTF-8; in memory of their own or in a part of larger memory. */
export const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 20 }).map((data) => Buffer.concat([Buffer.from('xx'), data]).subarray(2)),
  fc.constantFrom(Buffer.from([0xff, 0xfe, 0x00]), Buffer.alloc(0), Buffer.from('é\n')),
)
const t = fc.oneof(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.constantFrom(-0, 0.1 + 0.2, 5e-324, 1.2e14))
const id = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER))
const number = fc.oneof(fc.integer(), fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, 1.5))
const flag = fc.boolean()
const on = fc.constant(true as const)
const texts = fc.array(anyText, { maxLength: 4 })
const headers = fc.array(fc.tuple(anyText, anyText), { maxLength: 4 }).map((pairs) => pairs.flat())
const meta: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .array(fc.tuple(fc.oneof(anyText, fc.constantFrom('constructor', '__proto__', '7')), anyText), { maxLength: 4 })
  .map((pairs) => {
    const record = Object.create(null) as Record<string, string>
    for (const [name, value] of pairs) record[name] = value
    return record
  })
const settings = fc.dictionary(anyText, fc.oneof(anyText, fc.integer(), flag), { maxKeys: 4 })
const problem = fc.record({ field: anyText, message: anyText, fix: anyText })
const words = <T extends string>(...all: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...all)
/** Missing, or there and undefined: both come. */
const maybe = Symbol('maybe')
interface Maybe<T> {
  readonly [maybe]: fc.Arbitrary<T>
}
type Given<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? Maybe<Exclude<T[K], undefined>>
    : fc.Arbitrary<T[K]>
}
const may = <T>(value: fc.Arbitrary<T>): Maybe<T> => ({ [maybe]: value })

const MISSING = Symbol('missing')

function fieldsOf<T>(given: Given<T>): fc.Arbitrary<T> {
  const all: Record<string, fc.Arbitrary<unknown>> = {}
  for (const [name, value] of Object.entries(given) as [string, fc.Arbitrary<unknown> | Maybe<unknown>][])
    all[name] = maybe in value ? fc.oneof(value[maybe], fc.constantFrom(MISSING, undefined)) : value
  return fc
    .record(all)
    .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== MISSING)) as T)
}

const understood = fieldsOf<Understood>({
  hold: may(
    fieldsOf<NonNullable<Understood['hold']>>({
      mode: words('response', 'stream'),
      timeout: number,
      raisedFrom: may(number),
      channels: fc.array(
        fieldsOf<NonNullable<Understood['hold']>['channels'][number]>({
          name: anyText,
          prevId: may(anyText),
          filters: texts,
        }),
        { maxLength: 3 },
      ),
      keepAlive: may(fc.record({ content: anyBytes, timeout: number, mode: words('idle', 'interval') })),
    }),
  ),
  response: fc.record({ code: number, reason: anyText, headers }),
  meta,
  next: may(fc.record({ uri: anyText, timeout: number })),
  gone: may(fc.record({ uri: anyText, timeout: number })),
})
const call = fieldsOf<NonNullable<EventOf<'publish'>['call']>>({
  method: anyText,
  path: anyText,
  answered: id,
  items: may(id),
})
const argumentOf = (kind: string, depth: number): fc.Arbitrary<unknown> => {
  if (kind === 'text') return anyText
  if (kind === 'number') return number
  return kind === 'texts' ? fc.array(anyText, { maxLength: 3 }) : anyCause(depth - 1)
}
/** A cause of this code, with its arguments. */
function causeOf(code: CauseCode, depth: number): fc.Arbitrary<Cause> {
  const kinds: Readonly<Record<string, string>> = causeArguments[code]
  const fields = Object.entries(kinds).map(([name, kind]) => [name, argumentOf(kind.replace('?', ''), depth)] as const)
  const requiredKeys = Object.keys(kinds).filter((name) => !kinds[name]?.endsWith('?'))
  return fc.record(Object.fromEntries(fields), { requiredKeys }).map((each) => ({ code, ...each }) as Cause)
}
function anyCause(depth: number): fc.Arbitrary<Cause> {
  const codes = Object.keys(causeArguments) as CauseCode[]
  const plain = codes.filter(
    (code) => !Object.values(causeArguments[code] as object).some((kind) => `${kind}`.startsWith('cause')),
  )
  return fc.oneof(...(depth > 0 ? codes : plain).map((code) => causeOf(code, depth)))
}
/** One for each code. */
export const anyCauses: readonly (readonly [CauseCode, fc.Arbitrary<Cause>])[] = (
  Object.keys(causeArguments) as CauseCode[]
).map((code) => [code, causeOf(code, 2)])
const cause = fc.oneof(...anyCauses.map(([, each]) => each))
const ofExchange = { t, x: id }
const ofAnswer = { ...ofExchange, filter: may(on) }
const body = { data: anyBytes, at: may(id), tail: may(on) }

const filteredBy = fieldsOf<FilteredBy>({ filter: anyText, failed: may(on), missing: may(anyText) })

/** Parallel lists of one length. */
const delivery: fc.Arbitrary<Omit<DeliveryEvent, 'type'>> = fc.integer({ min: 0, max: 5 }).chain((length) => {
  const each = { minLength: length, maxLength: length }
  const made = fc
    .tuple(fc.array(anyBytes, { maxLength: 3 }), fc.array(fc.nat(), each))
    .map(([contents, picks]): SentContents => {
      let end = 0
      return {
        which: Uint32Array.from(picks, (pick) => pick % (contents.length + 1)),
        data: Buffer.concat(contents),
        ends: Uint32Array.from(contents, (content) => {
          end += content.length
          return end
        }),
        sizes: Uint32Array.from(contents, (content) => content.length * 2),
      }
    })
  return fieldsOf<Omit<DeliveryEvent, 'type'>>({
    t,
    p: id,
    channel: anyText,
    exchanges: fc.uint32Array(each),
    outcomes: fc.uint8Array(each),
    numbers: may(fc.uint32Array(each)),
    why: may(fc.dictionary(fc.nat({ max: 9 }).map(String), cause, { maxKeys: 3 })),
    by: may(fc.dictionary(fc.nat({ max: 9 }).map(String), filteredBy, { maxKeys: 3 })),
    made: may(made),
    gaveUp: may(flag),
    left: may(id),
    unrecorded: may(fc.uint8Array(each)),
  })
})

const pauseEnd = words<PauseEnd>('unchanged', 'changed', 'answered', 'dropped', 'over', 'full')

const given: { readonly [T in TraceEvent['type']]: fc.Arbitrary<Omit<EventOf<T>, 'type'>> } = {
  paused: fieldsOf<Omit<EventOf<'paused'>, 'type'>>({
    ...ofExchange,
    pause: id,
    what: words('request', 'instruct', 'delivery', 'message'),
    p: may(id),
    from: may(words('client', 'backend')),
  }),
  released: fc.record({ ...ofExchange, pause: id, how: pauseEnd }),
  'publish-paused': fieldsOf<Omit<EventOf<'publish-paused'>, 'type'>>({ t, p: id, pause: id, behind: may(on) }),
  'publish-released': fieldsOf<Omit<EventOf<'publish-released'>, 'type'>>({
    t,
    p: id,
    pause: id,
    how: pauseEnd,
    item: may(
      fieldsOf<ChangedItem>({
        channel: anyText,
        id: may(anyText),
        prevId: may(anyText),
        meta: may(meta),
        formatNames: texts,
        formats: anyBytes,
        size: id,
        streamSize: may(id),
      }),
    ),
    waiting: may(on),
    dropped: may(cause),
  }),
  request: fieldsOf<Omit<EventOf<'request'>, 'type'>>({
    ...ofExchange,
    method: anyText,
    url: anyText,
    httpVersion: anyText,
    headers,
    client: anyText,
    secure: flag,
    replayOf: may(id),
    unread: may(on),
  }),
  'request-data': fieldsOf<Omit<EventOf<'request-data'>, 'type'>>({ ...ofExchange, ...body }),
  'request-end': fc.record({ ...ofExchange, size: id }),
  sent: fieldsOf<Omit<EventOf<'sent'>, 'type'>>({
    ...ofExchange,
    route: anyText,
    target: anyText,
    method: anyText,
    url: anyText,
    headers,
    why: words('request', 'failover', 'stale-connection', 'id-mismatch', 'filter'),
    body: may(anyBytes),
    p: may(id),
    shared: may(fc.record({ x: id, url: anyText })),
  }),
  answered: fieldsOf<Omit<EventOf<'answered'>, 'type'>>({ ...ofAnswer, status: id, reason: anyText, headers }),
  'answer-data': fieldsOf<Omit<EventOf<'answer-data'>, 'type'>>({ ...ofAnswer, ...body }),
  'answer-end': fieldsOf<Omit<EventOf<'answer-end'>, 'type'>>({ ...ofAnswer, size: id }),
  'backend-failed': fieldsOf<Omit<EventOf<'backend-failed'>, 'type'>>({
    ...ofAnswer,
    target: anyText,
    code: anyText,
    cause,
    again: flag,
  }),
  'tls-probed': fieldsOf<Omit<EventOf<'tls-probed'>, 'type'>>({
    ...ofAnswer,
    target: anyText,
    spoken: words('tls', 'other', 'nothing'),
  }),
  'listens-beside': fieldsOf<Omit<EventOf<'listens-beside'>, 'type'>>({
    ...ofAnswer,
    target: anyText,
    listens: anyText,
  }),
  instruct: fieldsOf<Omit<EventOf<'instruct'>, 'type'>>({
    ...ofExchange,
    from: words('headers', 'json'),
    problems: fc.array(problem, { maxLength: 2 }),
    accepted: flag,
    understood: may(understood),
    body: may(anyBytes),
  }),
  held: fieldsOf<Omit<EventOf<'held'>, 'type'>>({
    ...ofExchange,
    mode: words(...receiverKinds),
    timeout: number,
    keepAlive: number,
    meta: may(meta),
    next: may(anyText),
  }),
  subscribed: fieldsOf<Omit<EventOf<'subscribed'>, 'type'>>({
    ...ofExchange,
    channel: anyText,
    prevId: may(anyText),
    filters: may(texts),
  }),
  unsubscribed: fc.record({ ...ofExchange, channel: anyText }),
  limit: fc.record({ ...ofExchange, limit: anyText, cause }),
  response: fieldsOf<Omit<EventOf<'response'>, 'type'>>({
    ...ofExchange,
    status: id,
    reason: anyText,
    headers,
    body: words('answer', 'own', 'publish'),
    opens: may(on),
    changed: may(on),
    p: may(id),
    messagePrefix: may(anyText),
  }),
  'response-data': fieldsOf<Omit<EventOf<'response-data'>, 'type'>>({ ...ofExchange, ...body }),
  'keep-alive': fc.record({ t, exchanges: fc.array(id, { maxLength: 4 }), size: id }),
  'ws-message': fieldsOf<Omit<EventOf<'ws-message'>, 'type'>>({
    ...ofExchange,
    from: words('client', 'backend', 'proxy'),
    kind: words('open', 'text', 'binary', 'ping', 'pong', 'close', 'disconnect', 'control'),
    data: anyBytes,
    code: may(id),
    size: id,
    passed: flag,
    number: id,
    messagesIn: id,
    bytesIn: id,
    messagesOut: id,
  }),
  ended: fieldsOf<Omit<EventOf<'ended'>, 'type'>>({
    ...ofExchange,
    how: words(...endReasons),
    responseSize: id,
    cause: may(cause),
    noted: may(cause),
    by: may(words('client', 'backend', 'publish', 'proxy')),
    code: may(id),
  }),
  publish: fieldsOf<Omit<EventOf<'publish'>, 'type'>>({
    t,
    p: id,
    via: words(...publishVias),
    channel: anyText,
    id: may(anyText),
    prevId: may(anyText),
    meta: may(meta),
    formatNames: texts,
    formats: anyBytes,
    size: id,
    streamSize: may(id),
    waiting: flag,
    paused: may(on),
    dropped: may(cause),
    call: may(call),
  }),
  'publish-refused': fieldsOf<Omit<EventOf<'publish-refused'>, 'type'>>({
    t,
    p: id,
    via: words(...publishVias),
    status: id,
    problem,
    data: anyBytes,
    size: id,
    call: may(call),
  }),
  delivery,
  recording: fc.record({ t, on: flag }),
  descriptors: fc.record({ t, short: flag, limit: id }),
  fault: fc.record({ t, message: anyText, where: anyText }),
  'engine-started': fc.record({ t, version: anyText, settings }),
  'engine-stopped': fc.record({ t }),
  port: fieldsOf<Omit<EventOf<'port'>, 'type'>>({
    t,
    role: words(...portRoles),
    address: anyText,
    port: id,
    problem: may(problem),
  }),
  routes: fieldsOf<Omit<EventOf<'routes'>, 'type'>>({
    t,
    file: may(anyText),
    lines: texts,
    count: id,
    warnings: fc.array(fc.record({ line: id, message: anyText }), { maxLength: 2 }),
  }),
  command: fieldsOf<Omit<EventOf<'command'>, 'type'>>({
    t,
    via: words('zmq-command'),
    name: anyText,
    on: may(anyText),
    items: may(id),
    refused: may(anyText),
  }),
  'settings-changed': fc.record({ t, settings, restarts: flag }),
}

/** One arbitrary for each type of event, by its name. */
export const anyEvents: readonly (readonly [TraceEvent['type'], fc.Arbitrary<TraceEvent>])[] = Object.entries(
  given,
).map(([type, fields]) => [
  type as TraceEvent['type'],
  (fields as fc.Arbitrary<object>).map((each) => ({ type, ...each }) as TraceEvent),
])

/** An event of any type. */
export const anyEvent: fc.Arbitrary<TraceEvent> = fc.oneof(...anyEvents.map(([, event]) => event))
