// How much memory an event takes, about: cheap enough to be asked for every event.
import type { Cause } from '../../preload/vocabulary/causes'
import type { InstructEvent, RawHeaders, SentContents, SentEvent, TraceEvent } from './events'
import type { SettingsFacts } from './events/engine'

/** An event object with its fields, and its place in the log. */
const EVENT = 160
/** A string's header, padding included. */
const STRING = 24
export const SLOT = 8
/** A typed array with an ArrayBuffer of its own. */
const BYTES = 220
/** A typed array: the bytes of bodies lie in slabs (slabs.ts). */
const VIEW = 120
/** A channel's name is mostly the same string as others have; its id or prev-id is not. */
const SUBSCRIPTION = 120
/** What `sent` has that other events have not: Grip-Sig and a few headers of the proxy's own. */
const SIGNATURE = 400
const WHY = 120
/** Which filter, for each that was filtered. */
const BY = 80
/** What is told of a publish call. */
const CALL = 100
/** Characters of a text that may be long. */
const LONG = 256

/** A name and a value of a record that has many: its place in a table, and two strings. */
const PAIR = 120

/** Bytes of memory that an event takes, about. */
export function weigh(event: TraceEvent): number {
  switch (event.type) {
    case 'request':
      return EVENT + 2 * STRING + event.url.length + event.client.length + ownHeaders(event.headers)
    case 'sent':
      // Its headers are mostly the very strings of the request, unless the proxy asks by itself.
      return EVENT + SIGNATURE + event.url.length + sentHeaders(event) + (event.body ? bytes(event.body) : 0)
    case 'answered':
      return EVENT + event.reason.length + ownHeaders(event.headers)
    case 'response':
      // The same strings as the answer's, mostly; those of a publish are its own.
      return (
        EVENT +
        event.reason.length +
        (event.body === 'publish' ? ownHeaders(event.headers) : event.headers.length * SLOT)
      )
    case 'request-data':
    case 'answer-data':
    case 'response-data':
    case 'ws-message':
      return EVENT + bytes(event.data)
    case 'publish':
      return (
        EVENT +
        4 * STRING +
        text(event.channel) +
        text(event.id) +
        text(event.prevId) +
        pairs(event.meta) +
        listed(event.formatNames) +
        bytes(event.formats) +
        (event.call ? CALL + event.call.path.length : 0)
      )
    case 'publish-refused':
      return EVENT + 300 + bytes(event.data) + (event.call ? CALL + event.call.path.length : 0)
    case 'delivery':
      return (
        EVENT +
        2 * BYTES +
        (event.numbers ? BYTES + event.numbers.byteLength : 0) +
        (event.made ? made(event.made) : 0) +
        (event.unrecorded ? BYTES + event.unrecorded.byteLength : 0) +
        event.exchanges.length * (5 + (event.why ? WHY : 0) + (event.by ? BY : 0))
      )
    case 'keep-alive':
      return EVENT + event.exchanges.length * SLOT
    case 'subscribed':
      return EVENT + SUBSCRIPTION + text(event.channel) + text(event.prevId) + listed(event.filters)
    case 'instruct':
      return EVENT + event.problems.length * 300 + understood(event) + (event.body ? bytes(event.body) : 0)
    case 'limit':
      return EVENT + STRING + cause(event.cause)
    case 'backend-failed':
      return EVENT + 2 * STRING + cause(event.cause)
    case 'held':
      return EVENT + 120 + pairs(event.meta) + text(event.next)
    case 'ended':
      return EVENT + cause(event.cause) + cause(event.noted)
    case 'fault':
      return EVENT + 2 * STRING + text(event.message) + text(event.where)
    case 'engine-started':
    case 'settings-changed':
      return EVENT + facts(event.settings)
    case 'port':
      return EVENT + 2 * STRING + (event.problem ? 300 : 0)
    case 'routes':
      return EVENT + listed(event.lines) + event.warnings.length * 200
    case 'command':
      return EVENT + 2 * STRING + text(event.name) + text(event.on)
    case 'publish-released':
      return (
        EVENT +
        (event.item ? 4 * STRING + bytes(event.item.formats) + pairs(event.item.meta) : 0) +
        cause(event.dropped)
      )
    case 'paused':
    case 'released':
    case 'publish-paused':
    case 'request-end':
    case 'answer-end':
    case 'tls-probed':
    case 'listens-beside':
    case 'unsubscribed':
    case 'recording':
    case 'descriptors':
    case 'engine-stopped':
      return EVENT
  }
}

function facts(settings: SettingsFacts): number {
  let bytes = 0
  for (const name in settings) {
    const value = settings[name]
    bytes += PAIR + text(name) + (typeof value === 'string' ? text(value) : 0)
  }
  return bytes
}

/** Characters beyond Latin take two bytes: a long text is taken for one that has some. */
function text(value: string | undefined): number {
  if (value === undefined) return 0
  return value.length > LONG ? 2 * value.length : value.length
}

function listed(values: readonly string[] | undefined): number {
  let bytes = 0
  if (values) for (const value of values) bytes += SLOT + STRING + text(value)
  return bytes
}

/** Codes are constants; arguments are mostly texts of this exchange alone. */
function cause(value: Cause | undefined): number {
  if (value === undefined) return 0
  let bytes = VIEW
  for (const name in value) {
    const argument: unknown = value[name as keyof Cause]
    if (typeof argument === 'string') bytes += STRING + text(argument)
    else if (Array.isArray(argument)) bytes += listed(argument)
    else if (typeof argument === 'object') bytes += cause(argument as Cause)
  }
  return bytes
}

function pairs(record: Readonly<Record<string, string>> | undefined): number {
  let bytes = 0
  for (const name in record) bytes += PAIR + text(name) + text(record[name])
  return bytes
}

/** Names and values are mostly the very strings of the hold, its subscriptions and the answer. */
function understood({ understood: facts }: InstructEvent): number {
  if (!facts) return 0
  const { hold, response, meta } = facts
  let size = 3 * EVENT + response.headers.length * SLOT + pairs(meta)
  if (hold) size += hold.channels.length * SUBSCRIPTION + (hold.keepAlive ? bytes(hold.keepAlive.content) : 0)
  return size
}

function sentHeaders({ headers, why }: SentEvent): number {
  return why === 'request' ? headers.length * SLOT : ownHeaders(headers)
}

function made({ which, data, ends, sizes }: SentContents): number {
  return 3 * BYTES + which.byteLength + ends.byteLength + sizes.byteLength + bytes(data)
}

function bytes(data: Uint8Array): number {
  return VIEW + data.byteLength
}

function ownHeaders(headers: RawHeaders): number {
  let bytes = headers.length * (SLOT + STRING)
  for (let i = 0; i < headers.length; i++) bytes += headers[i]?.length ?? 0
  return bytes
}
