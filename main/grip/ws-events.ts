// WebSocket over HTTP: the codec of application/websocket-events. An event is `TYPE\r\n`, or `TYPE HEXLENGTH\r\n`, the
// content and `\r\n`.
import { atOnce, type Steps } from '../../preload/vocabulary/steps'
import type { Problem } from '../trace/events'
import { quote } from './json-values'

export interface WsEvent {
  /** OPEN, TEXT, BINARY, PING, PONG, CLOSE, DISCONNECT. Others are kept; they mean nothing. */
  readonly type: string
  readonly content?: Buffer
}
export type EventsResult =
  /** `problem`: a length that does not fit its content. Pushpin takes it all the same, and so do we. */
  | { readonly ok: true; readonly events: WsEvent[]; readonly problem?: Problem }
  | { readonly ok: false; readonly problem: Problem }

export const eventsContentType = 'application/websocket-events'
/** Bytes of a backend's answer; Pushpin's limit. */
const MAX_BYTES = 1_000_000
/** A line that names an event is never longer. */
const MAX_LINE = 64
const EVENTS_AT_ONCE = 1000

export function encodeEvents(events: readonly WsEvent[]): Buffer {
  const parts: Buffer[] = []
  for (const { type, content } of events) {
    if (content === undefined) parts.push(Buffer.from(`${type}\r\n`, 'latin1'))
    else parts.push(Buffer.from(`${type} ${content.length.toString(16)}\r\n`, 'latin1'), content, crlf)
  }
  return Buffer.concat(parts)
}

const crlf = Buffer.from('\r\n')

/**
 * Reads the events of a body. The contents are views of it. As Pushpin does: a content may be shorter than announced, and
 * the two bytes after it are skipped, whatever they are. Never throws.
 */
export function decodeEvents(body: Buffer, maxBytes = MAX_BYTES): EventsResult {
  return atOnce(readEvents(body, maxBytes))
}

/** The same some events at a time: a body may hold hundreds of thousands. */
export function* readEvents(body: Buffer, maxBytes = MAX_BYTES): Steps<EventsResult> {
  if (body.length > maxBytes)
    return refused(maxBytes, `the events are ${body.length} bytes`, `Send ${maxBytes} at most in one answer.`)
  const events: WsEvent[] = []
  let problem: Problem | undefined
  let at = 0
  while (at < body.length) {
    if (events.length % EVENTS_AT_ONCE === EVENTS_AT_ONCE - 1) yield
    const lineEnd = body.subarray(at, at + MAX_LINE + 2).indexOf(crlf)
    if (lineEnd < 0)
      return refused(
        at,
        'no line break ends the event',
        'Write TYPE, or TYPE and the length in hexadecimal, then \\r\\n.',
      )
    const line = body.toString('latin1', at, at + lineEnd)
    const start = at + lineEnd + 2
    const space = line.indexOf(' ')
    if (space < 0) {
      events.push({ type: line })
      at = start
      continue
    }
    const digits = line.slice(space + 1)
    const length = lengthOf(digits)
    if (length === undefined)
      return refused(at + space + 1, `${quote(digits)} is not a length`, 'Write it in hexadecimal digits.')
    const end = start + length
    problem ??= miscounted(body, line.slice(0, space), start, end)
    events.push({ type: line.slice(0, space), content: body.subarray(start, end) })
    at = end + 2
  }
  return { ok: true, events, ...(problem && { problem }) }
}

/** Blanks and a plus sign do no harm. */
function lengthOf(text: string): number | undefined {
  const digits = /^\s*\+?(?:0x)?([0-9a-f]{1,7})\s*$/i.exec(text)?.[1]
  return digits === undefined ? undefined : Number.parseInt(digits, 16)
}

function miscounted(body: Buffer, type: string, start: number, end: number): Problem | undefined {
  const fix = 'Count bytes, not characters, write the length in hexadecimal and \\r\\n after the content.'
  if (end > body.length)
    return problemAt(start, `the ${type} event should have ${end - start} bytes and has ${body.length - start}`, fix)
  if (end < body.length && (body[end] !== 0x0d || body[end + 1] !== 0x0a))
    return problemAt(end, `no line break ends the content of ${type}`, fix)
  return undefined
}

function refused(byte: number, what: string, fix: string): EventsResult {
  return { ok: false, problem: problemAt(byte, what, fix) }
}

function problemAt(byte: number, what: string, fix: string): Problem {
  return { field: `byte ${byte}`, message: `At byte ${byte}: ${what}.`, fix }
}

/** Content of a CLOSE event: the code in two bytes, and the reason. Without a code there is none. */
export function encodeClose(code: number | undefined, reason: string): Buffer | undefined {
  if (code === undefined) return undefined
  const text = Buffer.from(reason, 'utf8')
  const out = Buffer.alloc(2 + text.length)
  out.writeUInt16BE(code & 0xffff, 0)
  text.copy(out, 2)
  return out
}

export function decodeClose(content: Buffer | undefined): { readonly code?: number; readonly reason: string } {
  if (content === undefined || content.length < 2) return { reason: '' }
  return { code: content.readUInt16BE(0), reason: content.toString('utf8', 2) }
}
