// A session as text: a line that says what it is, then a line for each event, in JSON (docs/session-file.md).
import { isUtf8 } from 'node:buffer'
import { joinParts } from '../../grip/join-parts'
import { weigh } from '../event-size'
import type { TraceEvent } from '../events'
import { type EventRecord, eventOf, recordOf } from './event-record'
import { CodecFault, isRecord, number, object, type Shape, TIME_MAX, text, whole } from './values'
import { type Converter, conversionFrom, FORMAT, VERSION } from './versions'

export interface SessionHeader {
  /** Version of the format. */
  readonly version: number
  /** Version of the Gripscope that wrote it. */
  readonly gripscope: string
  /** When the trace begins: ms since 1970. */
  readonly epoch: number
}

/** Bytes of a line. */
export const SESSION_LINE_MAX = 128 * 1024 * 1024
/** Base64 and escapes make that many bytes of one, for most of what is long. */
const GROWTH = 1.5
/** The type of lines that are no events. */
const LOST = 'lost'

export function headerLine({ gripscope, epoch }: Omit<SessionHeader, 'version'>): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, gripscope, epoch })}\n`
}

/** Undefined: it is too large for a line. */
export function eventLine(event: TraceEvent): string | undefined {
  return weigh(event) * GROWTH > SESSION_LINE_MAX ? undefined : `${JSON.stringify(recordOf(event))}\n`
}

/** Says that events are missing here, because writing was too slow or an event too large. */
export function lostLine(events: number): string {
  return `${JSON.stringify({ type: LOST, events })}\n`
}

export type SessionLine =
  | { readonly kind: 'event'; readonly event: TraceEvent }
  /** Of a type that this version does not know. */
  | { readonly kind: 'unknown'; readonly record: EventRecord }
  /** So many events are missing here. */
  | { readonly kind: 'lost'; readonly events: number }
  /** It is of no use. */
  | { readonly kind: 'fault'; readonly line: number; readonly why: string }

const HEADER: Shape<SessionHeader> = { version: whole, gripscope: text, epoch: number }
const header = object(HEADER, ({ epoch }) =>
  epoch >= 0 && epoch <= TIME_MAX ? undefined : new CodecFault('epoch', 'is not a time'),
)

export interface SessionReaderOptions {
  /** Bytes of a line. */
  readonly lineMax?: number
  /** How records of a former version become those of this one; for tests. */
  readonly conversion?: (version: number) => Converter | undefined
}

/** Reads a session in pieces of any size. Never throws. */
export class SessionReader {
  /** Undefined: it has not been read yet. */
  header: SessionHeader | undefined
  /** The text is no session that can be read. Then nothing more of it is. */
  refused: string | undefined
  readonly #lineMax: number
  readonly #conversion: (version: number) => Converter | undefined
  #convert: Converter = (record) => record
  #parts: Uint8Array[] = []
  #size = 0
  #line = 0

  constructor({ lineMax = SESSION_LINE_MAX, conversion = conversionFrom }: SessionReaderOptions = {}) {
    this.#lineMax = lineMax
    this.#conversion = conversion
  }

  /** What the lines say that end in this piece. Its memory is not to be used again before the next line has ended. */
  *read(piece: Uint8Array): Generator<SessionLine, undefined> {
    let from = 0
    while (this.refused === undefined) {
      const end = piece.indexOf(NEWLINE, from)
      this.#keep(piece.subarray(from, end < 0 ? piece.length : end))
      if (end < 0) return
      from = end + 1
      const said = this.#endLine()
      if (said) yield said
    }
  }

  /** There is no more. A last line without an end was cut off: true. */
  end(): boolean {
    if (this.header === undefined)
      this.refused ??= this.#size > 0 ? this.#notOne('has no first line') : this.#notOne('is empty')
    return this.#size > 0
  }

  #keep(part: Uint8Array): void {
    this.#size += part.length
    if (this.#size > this.#lineMax) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  #endLine(): SessionLine | undefined {
    const size = this.#size
    const parts = this.#parts
    this.#parts = []
    this.#size = 0
    const line = ++this.#line
    const fault = (why: string): SessionLine | undefined => {
      if (this.header) return { kind: 'fault', line, why: `line ${line}: ${why}` }
      this.refused = this.#notOne(why)
      return undefined
    }
    if (size > this.#lineMax) return fault(`has more than ${this.#lineMax} bytes`)
    const bytes = joinParts(parts)
    if (size === 0 || (size === 1 && bytes[0] === RETURN)) return undefined
    if (!isUtf8(bytes)) return fault('is not UTF-8')
    const json = parsed(bytes.toString('utf8'))
    if (json === undefined) return fault('is not JSON')
    if (!this.header) {
      this.refused = this.#readHeader(json)
      return undefined
    }
    const said = this.#said(json)
    return said instanceof CodecFault ? fault(said.text) : said
  }

  /** Returns why it is refused. */
  #readHeader(json: unknown): string | undefined {
    if (!isRecord(json) || json.format !== FORMAT) return this.#notOne('does not begin as one')
    const read = header.decode(json)
    if (read instanceof CodecFault) return `the first line: ${read.text}`
    const { version, gripscope } = read
    if (version > VERSION)
      return `it has version ${version} of the format, by Gripscope ${gripscope}; this Gripscope reads up to version ${VERSION}: use a later one`
    const convert = this.#conversion(version)
    if (!convert) return `there is no version ${version} of the format`
    this.#convert = convert
    this.header = read
    return undefined
  }

  #said(json: unknown): SessionLine | CodecFault {
    if (!isRecord(json)) return new CodecFault('', 'is not an object')
    const { type } = json
    if (typeof type !== 'string') return new CodecFault('type', 'is not text')
    if (type === LOST) {
      const events = whole.decode(json.events)
      return events instanceof CodecFault ? events.in('events') : { kind: 'lost', events }
    }
    const read = eventOf(this.#convert({ ...json, type }))
    if (read instanceof CodecFault) return new CodecFault(`event ${JSON.stringify(type.slice(0, 60))}`, read.text)
    return 'unknown' in read ? { kind: 'unknown', record: read.unknown } : { kind: 'event', event: read.event }
  }

  #notOne(why: string): string {
    return `it is not a session of Gripscope: it ${why}`
  }
}

const NEWLINE = 0x0a
const RETURN = 0x0d

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
