// Bodies, put together from the events that carry them: what was kept of them, and where something is missing.
import type { BodyInfo, BodyKind } from '../../preload/views'
import { atOnce, type Steps } from '../../preload/vocabulary/steps'
import { codingsOf } from '../grip/content-coding'
import type { BodyPiece } from './body-piece'
import type { AnsweredEvent, BodyDataEvent, RawHeaders } from './events'
import type { ExchangeRecord } from './exchange-state'
import { contentHeaders } from './headers'
import type { TraceModel } from './model'
import { answeringContent } from './published-content'
import { publishedPieces } from './published-pieces'

/** Bytes of a body that are not kept. */
export interface BodyGap {
  /** How many bytes that are kept come before it. */
  readonly at: number
  /** Null: how many are missing is not known. */
  readonly bytes: number | null
}

/** A body as it went over the wire (compressed, where its headers have a Content-Encoding), as far as it was kept. */
export interface KeptBody {
  /** Bytes that went over the wire so far. */
  readonly size: number
  /** Those that it was sent with. */
  readonly headers: RawHeaders
  /** What was kept, in order. */
  readonly parts: readonly Uint8Array[]
  /** In order; none: it was kept whole. */
  readonly gaps: readonly BodyGap[]
}

/**
 * What is known of a body. The parts lie in memory of the log: use them before anything else happens to it.
 * @param kind `request`: the client's; `answer`: that of the backend's last answer, as it came; `response`: what the client
 * was sent
 */
export function bodyOf(model: TraceModel, exchange: ExchangeRecord, kind: BodyKind): KeptBody {
  return atOnce(bodyInSteps(model, exchange, kind))
}

/** As `bodyOf`; the response of a stream with many publishes takes a while. The model must be borrowed. */
export function* bodyInSteps(model: TraceModel, exchange: ExchangeRecord, kind: BodyKind): Steps<KeptBody> {
  switch (kind) {
    case 'request':
      return requestBody(exchange)
    case 'answer':
      return answerBody(exchange)
    case 'response':
      return yield* responseBody(model, exchange)
  }
}

export function bodyInfo({ size, headers, parts }: KeptBody): BodyInfo {
  return { size, kept: lengthOf(parts), ...contentHeaders(headers) }
}

/** What was kept, without its gaps. */
export function joined({ parts }: Pick<KeptBody, 'parts'>): Buffer {
  return Buffer.concat(parts)
}

/** What was kept of a body, in a few words: `the first 3 and the last 4 of 10 bytes`; '': all of it. */
export function missingText({ size, parts, gaps }: Pick<KeptBody, 'size' | 'parts' | 'gaps'>): string {
  const [gap] = gaps
  if (!gap) return ''
  const kept = lengthOf(parts)
  const of = gaps.every(({ bytes }) => bytes !== null) ? `of ${size} bytes` : 'bytes of what was more'
  if (gaps.length > 1) return `${kept} ${of}, with gaps after the first ${gaps.map(({ at }) => at).join(', ')}`
  if (gap.at === kept) return `the first ${kept} ${of}`
  return gap.at === 0 ? `the last ${kept} ${of}` : `the first ${gap.at} and the last ${kept - gap.at} ${of}`
}

/** Puts a body together. @param total bytes that went over the wire; undefined: what the pieces tell. */
export function bodyFrom(headers: RawHeaders, pieces: readonly BodyPiece[], total?: number): KeptBody {
  const parts: Uint8Array[] = []
  const gaps: BodyGap[] = []
  let kept = 0
  let known = 0
  for (const piece of withWholeCharacters(pieces)) {
    const { data, missing } = piece
    if (missing !== 0) gaps.push({ at: kept, bytes: missing })
    known += missing ?? 0
    if (data.byteLength > 0) parts.push(data)
    kept += data.byteLength
  }
  const size = Math.max(total ?? 0, kept + known)
  let rest = size - kept - known
  const unknown = gaps.filter(({ bytes }) => bytes === null)
  if (rest > 0 && unknown.length === 1) {
    const at = gaps.findIndex(({ bytes }) => bytes === null)
    gaps[at] = { at: gaps[at]?.at ?? 0, bytes: rest }
    rest = 0
  }
  if (rest > 0 && unknown.length === 0) {
    const last = parts.pop() ?? new Uint8Array()
    const left = codingsOf(headers).length > 0 ? 0 : begunAtEnd(last)
    parts.push(last.subarray(0, last.length - left))
    gaps.push({ at: kept - left, bytes: rest + left })
  }
  return { size, headers, parts, gaps }
}

/**
 * Where something is missing, parts of a UTF-8 character are left out on both sides: so text stays text. In other bytes
 * these few are missing too, and are counted.
 */
function withWholeCharacters(pieces: readonly BodyPiece[]): BodyPiece[] {
  const whole = [...pieces]
  for (let i = 1; i < whole.length; i++) {
    const [before, after] = [whole[i - 1], whole[i]]
    if (!before || !after || after.missing === 0) continue
    const end = before.data.subarray(0, before.data.length - begunAtEnd(before.data))
    const begin = after.data.subarray(continuedAtStart(after.data))
    const left = before.data.length - end.length + after.data.length - begin.length
    whole[i - 1] = { ...before, data: end }
    whole[i] = { ...after, data: begin, missing: after.missing === null ? null : after.missing + left }
  }
  return whole
}

/** Bytes at the start that go on with a character. */
function continuedAtStart(data: Uint8Array): number {
  let count = 0
  while (count < 3 && ((data[count] ?? 0) & 0xc0) === 0x80) count++
  return count
}

/** Bytes at the end of a character of which more is to come. */
function begunAtEnd(data: Uint8Array): number {
  for (let back = 1; back <= 3; back++) {
    const byte = data[data.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}

/** Reads one body's parts, which tell where in it they were. */
export class BodyReader {
  readonly pieces: BodyPiece[] = []
  /** Bytes up to the end of the last part. */
  size = 0

  add({ t, data, at = this.size }: Pick<BodyDataEvent, 't' | 'data' | 'at'>): void {
    // It was of the tail, and has lost its bytes.
    if (data.byteLength === 0) return
    this.pieces.push({ t, data, missing: Math.max(at - this.size, 0) })
    this.size = at + data.byteLength
  }
}

function requestBody(exchange: ExchangeRecord): KeptBody {
  const reader = new BodyReader()
  for (const event of exchange.events) if (event.type === 'request-data') reader.add(event)
  return bodyFrom(exchange.request.headers, reader.pieces, exchange.requestSize)
}

/** The last answer's. */
function answerBody(exchange: ExchangeRecord): KeptBody {
  let answered: AnsweredEvent | undefined
  let reader = new BodyReader()
  let size: number | undefined
  for (const event of exchange.events) {
    if ('filter' in event) continue
    if (event.type === 'answered') {
      answered = event
      reader = new BodyReader()
      size = undefined
    } else if (event.type === 'answer-data') {
      reader.add(event)
    } else if (event.type === 'answer-end') {
      size = event.size
    }
  }
  return bodyFrom(answered?.headers ?? [], reader.pieces, size)
}

/** What went to the client: the answer as it passed, the proxy's own bytes, and published content, in their order. */
function* responseBody(model: TraceModel, exchange: ExchangeRecord): Steps<KeptBody> {
  const { response } = exchange
  const headers = response?.headers ?? []
  if (response?.body === 'publish' && response.p !== undefined) {
    const { data } = answeringContent(model, exchange, response.p)
    return bodyFrom(headers, [{ t: response.t, data, missing: 0 }], exchange.responseSize)
  }
  const pieces = ownPieces(exchange)
  if (exchange.mode !== 'stream') return bodyFrom(headers, pieces, exchange.responseSize)
  // What a client was sent, less its keep-alives, is known at the end.
  const total = exchange.end && Math.round(exchange.end.responseSize - exchange.keepAliveSize)
  const published = yield* publishedPieces(model, exchange)
  const all = [...pieces, ...published].sort((a, b) => a.t - b.t)
  const unknown = all.some(({ missing }) => missing === null)
  return bodyFrom(headers, all, unknown ? total : undefined)
}

function ownPieces(exchange: ExchangeRecord): BodyPiece[] {
  const own = new BodyReader()
  let pieces: BodyPiece[] = []
  let answer = new BodyReader()
  let begun = false
  /** The answer whose body is the response's is the one that was coming when the response began. */
  let passing = false
  const closeAnswer = () => {
    if (passing) pieces = pieces.concat(answer.pieces)
    passing = false
    answer = new BodyReader()
  }
  for (const event of exchange.events) {
    if ('filter' in event) continue
    if (event.type === 'answered') {
      closeAnswer()
    } else if (event.type === 'answer-data') {
      if (passing || !begun) answer.add(event)
    } else if (event.type === 'response') {
      begun = true
      passing = event.body === 'answer' && !event.changed
    } else if (event.type === 'response-data') {
      own.add(event)
    }
  }
  closeAnswer()
  return [...pieces, ...own.pieces].sort((a, b) => a.t - b.t)
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0)
}
