// Every type of event, field by field, as it is written. The compiler asks for each type and each field.
import { endReasons } from '../../../preload/vocabulary/end-reasons'
import { publishVias, receiverKinds } from '../../../preload/vocabulary/formats'
import type { TraceEvent } from '../events'
import { portRoles, type SettingsFacts } from '../events/engine'
import type {
  ClosedBy,
  PausedEvent,
  PauseEnd,
  SentReason,
  Spoken,
  Understood,
  WsMessageEvent,
} from '../events/exchanges'
import type { ChangedItem, DeliveryEvent, FilteredBy, PublishCall, SentContents } from '../events/publishes'
import type { Problem, RawHeaders } from '../events/terms'
import { cause } from './cause-codec'
import {
  bytes,
  bytesList,
  type Codec,
  CodecFault,
  either,
  flag,
  list,
  number,
  object,
  on,
  optional,
  plainNumber,
  record,
  type Shape,
  text,
  time,
  whole,
  word,
  words,
  wordsList,
} from './values'

type EventOf<T extends TraceEvent['type']> = Extract<TraceEvent, { type: T }>
type EventShapes = { readonly [T in TraceEvent['type']]: Shape<Omit<EventOf<T>, 'type'>> }

const headers: Codec<RawHeaders> = {
  encode: list(text).encode,
  decode: (json) => {
    const read = list(text).decode(json)
    return read instanceof CodecFault || read.length % 2 === 0 ? read : new CodecFault('', 'has a name without a value')
  },
}
const texts = record(text)
const problem = object<Problem>({ field: text, message: text, fix: text })
const link = object({ uri: text, timeout: number })
const channel = object<NonNullable<Understood['hold']>['channels'][number]>({
  name: text,
  prevId: optional(text),
  filters: list(text),
})
const hold = object<NonNullable<Understood['hold']>>({
  mode: word(['response', 'stream'] as const),
  timeout: number,
  raisedFrom: optional(number),
  channels: list(channel),
  keepAlive: optional(
    object<NonNullable<NonNullable<Understood['hold']>['keepAlive']>>({
      content: bytes,
      timeout: number,
      mode: word(['idle', 'interval'] as const),
    }),
  ),
})
const understood = object<Understood>({
  hold: optional(hold),
  response: object({ code: number, reason: text, headers }),
  meta: texts,
  next: optional(link),
  gone: optional(link),
})
const call = object<PublishCall>({ method: text, path: text, answered: whole, items: optional(whole) })
const settings: Codec<SettingsFacts> = record(
  either(
    text,
    (value): value is string => typeof value === 'string',
    either(flag, (value): value is boolean => typeof value === 'boolean', plainNumber),
  ),
)
const made = object<SentContents>({ which: wordsList, data: bytes, ends: wordsList, sizes: wordsList }, (value) => {
  const { which, data, ends, sizes } = value
  if (sizes.length !== ends.length)
    return new CodecFault('sizes', `has ${sizes.length} elements, ends has ${ends.length}`)
  const unknown = which.findIndex((each) => each > ends.length)
  if (unknown >= 0) return new CodecFault(`which[${unknown}]`, 'is not one of the contents')
  const wrong = ends.findIndex((end, i) => end > data.length || end < (ends[i - 1] ?? 0))
  return wrong < 0 ? undefined : new CodecFault(`ends[${wrong}]`, 'is not within data')
})

const pauseEnd = words<PauseEnd>({
  unchanged: true,
  changed: true,
  answered: true,
  dropped: true,
  over: true,
  full: true,
})
const changedItem = object<ChangedItem>({
  channel: text,
  id: optional(text),
  prevId: optional(text),
  meta: optional(texts),
  formatNames: list(text),
  formats: bytes,
  size: whole,
  streamSize: optional(whole),
})

const ofExchange = { t: time, x: whole }
const ofAnswer = { ...ofExchange, filter: optional(on) }
const body = { data: bytes, at: optional(whole), tail: optional(on) }

export const eventShapes: EventShapes = {
  request: {
    ...ofExchange,
    method: text,
    url: text,
    httpVersion: text,
    headers,
    client: text,
    secure: flag,
    replayOf: optional(whole),
    unread: optional(on),
  },
  'request-data': { ...ofExchange, ...body },
  'request-end': { ...ofExchange, size: whole },
  sent: {
    ...ofExchange,
    route: text,
    target: text,
    method: text,
    url: text,
    headers,
    why: words<SentReason>({
      request: true,
      failover: true,
      'stale-connection': true,
      retry: true,
      'id-mismatch': true,
      subscribed: true,
      recover: true,
      hint: true,
      next: true,
      gone: true,
      refresh: true,
      websocket: true,
      filter: true,
    }),
    body: optional(bytes),
    p: optional(whole),
    shared: optional(object({ x: whole, url: text })),
  },
  answered: { ...ofAnswer, status: whole, reason: text, headers },
  'answer-data': { ...ofAnswer, ...body },
  'answer-end': { ...ofAnswer, size: whole },
  'backend-failed': { ...ofAnswer, target: text, code: text, cause, again: flag },
  'tls-probed': { ...ofAnswer, target: text, spoken: words<Spoken>({ tls: true, other: true, nothing: true }) },
  'listens-beside': { ...ofAnswer, target: text, listens: text },
  instruct: {
    ...ofExchange,
    from: word(['headers', 'json'] as const),
    problems: list(problem),
    accepted: flag,
    understood: optional(understood),
    body: optional(bytes),
  },
  held: {
    ...ofExchange,
    mode: word(receiverKinds),
    timeout: number,
    keepAlive: number,
    meta: optional(texts),
    next: optional(text),
  },
  subscribed: { ...ofExchange, channel: text, prevId: optional(text), filters: optional(list(text)) },
  unsubscribed: { ...ofExchange, channel: text },
  limit: { ...ofExchange, limit: text, cause },
  response: {
    ...ofExchange,
    status: whole,
    reason: text,
    headers,
    body: word(['answer', 'own', 'publish'] as const),
    opens: optional(on),
    changed: optional(on),
    p: optional(whole),
    messagePrefix: optional(text),
  },
  'response-data': { ...ofExchange, ...body },
  'keep-alive': { t: time, exchanges: list(whole), size: whole },
  'ws-message': {
    ...ofExchange,
    from: word(['client', 'backend', 'proxy'] as const),
    kind: words<WsMessageEvent['kind']>({
      open: true,
      text: true,
      binary: true,
      ping: true,
      pong: true,
      close: true,
      disconnect: true,
      control: true,
    }),
    data: bytes,
    code: optional(whole),
    size: whole,
    passed: flag,
    number: whole,
    messagesIn: whole,
    bytesIn: whole,
    messagesOut: whole,
  },
  paused: {
    ...ofExchange,
    pause: whole,
    what: words<PausedEvent['what']>({ request: true, instruct: true, delivery: true, message: true }),
    p: optional(whole),
    from: optional(word(['client', 'backend'] as const)),
  },
  released: { ...ofExchange, pause: whole, how: pauseEnd },
  ended: {
    ...ofExchange,
    how: word(endReasons),
    responseSize: whole,
    cause: optional(cause),
    noted: optional(cause),
    by: optional(words<ClosedBy>({ client: true, backend: true, publish: true, proxy: true })),
    code: optional(whole),
  },
  publish: {
    t: time,
    p: whole,
    via: word(publishVias),
    channel: text,
    id: optional(text),
    prevId: optional(text),
    meta: optional(texts),
    formatNames: list(text),
    formats: bytes,
    size: whole,
    streamSize: optional(whole),
    waiting: flag,
    paused: optional(on),
    dropped: optional(cause),
    call: optional(call),
  },
  'publish-refused': {
    t: time,
    p: whole,
    via: word(publishVias),
    status: whole,
    problem,
    data: bytes,
    size: whole,
    call: optional(call),
  },
  'publish-paused': { t: time, p: whole, pause: whole, behind: optional(on) },
  'publish-released': {
    t: time,
    p: whole,
    pause: whole,
    how: pauseEnd,
    item: optional(changedItem),
    waiting: optional(on),
    dropped: optional(cause),
  },
  delivery: {
    t: time,
    p: whole,
    channel: text,
    exchanges: wordsList,
    outcomes: bytesList,
    numbers: optional(wordsList),
    why: optional(record(cause)),
    by: optional(record(object<FilteredBy>({ filter: text, failed: optional(on), missing: optional(text) }))),
    made: optional(made),
    gaveUp: optional(flag),
    left: optional(whole),
    unrecorded: optional(bytesList),
  },
  recording: { t: time, on: flag },
  descriptors: { t: time, short: flag, limit: whole },
  fault: { t: time, message: text, where: text },
  'engine-started': { t: time, version: text, settings },
  'engine-stopped': { t: time },
  port: { t: time, role: word(portRoles), address: text, port: whole, problem: optional(problem) },
  routes: {
    t: time,
    file: optional(text),
    lines: list(text),
    count: whole,
    warnings: list(object({ line: whole, message: text })),
  },
  command: {
    t: time,
    via: word(['zmq-command'] as const),
    name: text,
    on: optional(text),
    items: optional(whole),
    refused: optional(text),
  },
  'settings-changed': { t: time, settings, restarts: flag },
}

/** Parallel lists of a delivery have the same length. */
export function checkDelivery(event: DeliveryEvent): CodecFault | undefined {
  const { exchanges, outcomes, numbers, unrecorded, made: contents } = event
  const lists = { outcomes, numbers, unrecorded, 'made.which': contents?.which }
  for (const [name, each] of Object.entries(lists))
    if (each && each.length !== exchanges.length)
      return new CodecFault(name, `has ${each.length} elements, exchanges has ${exchanges.length}`)
  return undefined
}
