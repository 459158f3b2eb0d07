// HAR 1.2 of exchanges: what other tools read, with what they have no words for as `_grip` and `_webSocketMessages`.
import { parseGripExtension } from '../grip/grip-extension'
import { headerValue, headerValues, textOfHeader } from '../grip/grip-headers'
import { answersOf } from './answers'
import { bodyOf, joined, type KeptBody } from './bodies'
import { latestOutcomes } from './deliveries'
import type { ExchangeId, RawHeaders, TraceTime } from './events'
import { exchangeRow } from './exchange-row'
import type { ExchangeRecord } from './exchange-state'
import { instructView } from './instruct-view'
import type { TraceModel } from './model'
import { outcomeRow } from './outcomes'
import { wsMessages } from './ws-messages'

export interface HarOptions {
  /** Wall clock at the beginning of the trace, ms since 1970. */
  readonly epoch: number
  /** Gripscope's version. */
  readonly version: string
  /** Time of the export, ms since the trace began: how long what is still going on has lasted. */
  readonly now: number
  /** Awaited every few entries, so that others get their turn. Default: setImmediate. */
  readonly pause?: () => Promise<void>
}

/** Entries between two pauses. */
const SLICE = 50
const DELIVERIES_MAX = 1000
const OPCODES: Readonly<Record<string, number>> = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

/** @param ids null: all. Unknown ids are left out. Entries are in the order of the exchanges' numbers. */
export async function makeHar(
  model: TraceModel,
  ids: readonly ExchangeId[] | null,
  options: HarOptions,
): Promise<{ text: string; entries: number }> {
  const pause = options.pause ?? (() => new Promise<void>((resolve) => setImmediate(resolve)))
  const wanted = ids === null ? [...model.exchanges.keys()] : [...new Set(ids)]
  const entries: string[] = []
  for (const [i, id] of wanted.sort((a, b) => a - b).entries()) {
    if (i % SLICE === SLICE - 1) await pause()
    const exchange = model.exchanges.get(id)
    if (exchange) entries.push(JSON.stringify(entryOf(model, exchange, options)))
  }
  const creator = JSON.stringify({ name: 'Gripscope', version: options.version })
  const text = `{"log":{"version":"1.2","creator":${creator},"pages":[],"entries":[\n${entries.join(',\n')}\n]}}\n`
  return { text, entries: entries.length }
}

function entryOf(model: TraceModel, exchange: ExchangeRecord, { epoch, now }: HarOptions) {
  const { request, end } = exchange
  const time = Math.max((end?.t ?? now) - request.t, 0)
  return {
    startedDateTime: new Date(epoch + request.t).toISOString(),
    time,
    request: requestOf(model, exchange),
    response: responseOf(model, exchange),
    cache: {},
    timings: timingsOf(exchange, time),
    connection: request.client,
    _resourceType: exchange.kind === 'websocket' ? 'websocket' : exchange.kind === 'sse' ? 'eventsource' : 'fetch',
    _grip: gripOf(model, exchange),
    ...(exchange.kind === 'websocket' && { _webSocketMessages: messagesOf(model, exchange, epoch) }),
  }
}

function requestOf(model: TraceModel, exchange: ExchangeRecord) {
  const { method, headers, httpVersion } = exchange.request
  const body = bodyOf(model, exchange, 'request')
  const address = addressOf(exchange)
  return {
    method: method || 'GET',
    url: address,
    httpVersion: `HTTP/${httpVersion}`,
    cookies: cookiesOf(headers),
    headers: pairsOf(headers),
    queryString: [...new URL(address).searchParams].map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: body.size,
    ...(body.size > 0 && { postData: postDataOf(body) }),
  }
}

/** As the client meant it: a URL in any case, also where Host or target are none. */
function addressOf({ kind, request }: ExchangeRecord): string {
  const { url, headers, secure } = request
  const scheme = `${kind === 'websocket' ? 'ws' : 'http'}${secure ? 's' : ''}`
  const path = `${url.startsWith('/') ? '' : '/'}${url}`.replace(/\s/g, encodeURIComponent)
  const address = `${scheme}://${headerValue(headers, 'host') || 'localhost'}${path}`
  return URL.canParse(address) ? address : `${scheme}://localhost${path}`
}

function postDataOf(body: KeptBody) {
  const bytes = joined(body)
  const binary = !isUtf8(bytes)
  return {
    mimeType: headerValue(body.headers, 'content-type') ?? '',
    text: bytes.toString(binary ? 'base64' : 'utf8'),
    ...(binary && { _encoding: 'base64' }),
    ...(bytes.length < body.size && { comment: `the first ${bytes.length} of ${body.size} bytes` }),
  }
}

function responseOf(model: TraceModel, exchange: ExchangeRecord) {
  const { response } = exchange
  const body = bodyOf(model, exchange, 'response')
  const bytes = joined(body)
  const binary = !isUtf8(bytes)
  return {
    // 0 is what others write where there was no answer (yet).
    status: response?.status ?? 0,
    statusText: response?.reason ?? '',
    httpVersion: `HTTP/${exchange.request.httpVersion}`,
    cookies: setCookiesOf(response?.headers ?? []),
    headers: pairsOf(response?.headers ?? []),
    content: {
      size: body.size,
      mimeType: headerValue(response?.headers ?? [], 'content-type') ?? 'x-unknown',
      text: bytes.toString(binary ? 'base64' : 'utf8'),
      ...(binary && { encoding: 'base64' }),
      ...(bytes.length < body.size && { comment: `the first ${bytes.length} of ${body.size} bytes` }),
    },
    redirectURL: textOfHeader(headerValue(response?.headers ?? [], 'location') ?? ''),
    headersSize: -1,
    bodySize: response ? body.size : -1,
    ...(!exchange.end && { comment: 'not finished when it was exported' }),
  }
}

/** Wait is the time until the response began: the backend's, and that of the hold. */
function timingsOf(exchange: ExchangeRecord, time: number) {
  const { request, sentAt, response } = exchange
  const send = Math.max((sentAt ?? request.t) - request.t, 0)
  const wait = Math.max((response?.t ?? request.t + time) - request.t - send, 0)
  const receive = Math.max(time - send - wait, 0)
  return { blocked: -1, dns: -1, connect: -1, ssl: -1, send, wait, receive }
}

function gripOf(model: TraceModel, exchange: ExchangeRecord) {
  const { state, note, at, heldAt } = exchangeRow(exchange)
  const since = (t: TraceTime | null): number | null => (t === null ? null : t - at)
  return {
    id: exchange.id,
    kind: exchange.kind,
    state,
    note,
    replayOf: exchange.request.replayOf ?? null,
    answers: answersOf(exchange).map(({ target, route, why, sentAt, answeredAt, status, failure }) => ({
      target,
      route,
      why,
      sent: since(sentAt),
      answered: since(answeredAt),
      status,
      failure,
    })),
    instruct: instructView(exchange),
    hold:
      heldAt === null
        ? null
        : {
            mode: exchange.mode ?? null,
            from: since(heldAt),
            channels: exchange.channels,
            meta: exchange.held?.meta ?? {},
          },
    deliveries: latestOutcomes(model, exchange, DELIVERIES_MAX).map((found) => {
      const { publish, itemId, channel, outcome, why, at: t } = outcomeRow(model, found)
      return { publish, id: itemId, channel, outcome, why, at: since(t) }
    }),
    keepAlives: exchange.keepAlives,
    end: exchange.end
      ? { how: exchange.end.how, message: exchange.end.message ?? '', at: since(exchange.end.t) }
      : null,
  }
}

/** In the form that browsers' developer tools write: what the client sent and got. */
function messagesOf(model: TraceModel, exchange: ExchangeRecord, epoch: number) {
  const prefix = prefixOf(exchange)
  return wsMessages(model, exchange)
    .filter(({ kind, passed }) => passed && OPCODES[kind] !== undefined)
    .map(({ from, at, kind, text, base64 }) => ({
      type: from === 'client' ? 'send' : 'receive',
      time: (epoch + at) / 1000,
      opcode: OPCODES[kind] ?? 1,
      data: from === 'backend' ? withoutPrefix(prefix, text, base64) : (text ?? base64 ?? ''),
    }))
}

/** What a backend that took GRIP puts before messages for the client; it is cut off on the way. */
function prefixOf({ events, response }: ExchangeRecord): string {
  // A proxy in front of this one that takes GRIP itself gets it all.
  if (headerValue(response?.headers ?? [], 'sec-websocket-extensions') !== undefined) return ''
  const answered = events.find((event) => event.type === 'answered')
  return (answered && parseGripExtension(answered.headers)?.messagePrefix) ?? ''
}

function withoutPrefix(prefix: string, text: string | null, base64: string | null): string {
  if (text !== null) return text.startsWith(prefix) ? text.slice(prefix.length) : text
  const bytes = Buffer.from(base64 ?? '', 'base64')
  const first = Buffer.from(prefix)
  const starts = bytes.subarray(0, first.length).equals(first)
  return bytes.subarray(starts ? first.length : 0).toString('base64')
}

function pairsOf(headers: RawHeaders): { name: string; value: string }[] {
  const pairs: { name: string; value: string }[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    pairs.push({ name: headers[i] ?? '', value: textOfHeader(headers[i + 1] ?? '') })
  }
  return pairs
}

function cookiesOf(headers: RawHeaders): { name: string; value: string }[] {
  return headerValues(headers, 'cookie').map(textOfHeader).join(';').split(';').flatMap(nameAndValue)
}

function setCookiesOf(headers: RawHeaders): { name: string; value: string }[] {
  return pairsOf(headers)
    .filter(({ name }) => name.toLowerCase() === 'set-cookie')
    .flatMap(({ value }) => nameAndValue(value.split(';', 1)[0] ?? ''))
}

function nameAndValue(text: string): { name: string; value: string }[] {
  const at = text.indexOf('=')
  return at < 0 ? [] : [{ name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() }]
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes)
}
