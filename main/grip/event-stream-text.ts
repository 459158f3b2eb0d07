// Reads the text of an event stream as an EventSource does, as far as it takes to say what it does not tell of. Pure.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

export type FramingFault =
  /** The last event has no blank line after it. */
  | 'unfinished'
  /** A line is no comment and has no known field. */
  | 'no-field'

const FIELDS = ['data', 'event', 'id', 'retry']

export interface Framing {
  readonly fault: FramingFault | undefined
  /** With `unfinished`: where the first line of that event begins, in bytes. */
  readonly from: number
}

/**
 * What is wrong with a text that ends here for now.
 * @param whole it begins where the stream began; else its first line may be the rest of one, and is ignored
 */
export function readFraming(text: Uint8Array, whole: boolean): Framing {
  const all = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1')
  let at = whole && all.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0
  let first = !whole
  let event = -1
  let stray = false
  for (;;) {
    const end = lineEnd(all, at)
    if (end < 0) break
    const line = all.slice(at, end)
    if (line === '') event = -1
    else if (!first && !line.startsWith(':')) {
      const field = fieldOf(line)
      if (!FIELDS.includes(field)) stray = true
      else if (field === 'data' && event < 0) event = at
    }
    first = false
    at = end + (all.startsWith('\r\n', end) ? 2 : 1)
  }
  const rest = all.slice(at)
  if (rest !== '' && !first && !rest.startsWith(':')) {
    if (rest.includes(':') ? !FIELDS.includes(fieldOf(rest)) : !FIELDS.some((field) => field.startsWith(rest)))
      stray = true
    else if (event < 0) event = at
  }
  return { fault: stray ? 'no-field' : event < 0 ? undefined : 'unfinished', from: event }
}

function fieldOf(line: string): string {
  const colon = line.indexOf(':')
  return colon < 0 ? line : line.slice(0, colon)
}

/** Where the line ends that begins at `from`: at LF, CR or CRLF; -1: it does not end. */
function lineEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === 10 || char === 13) return i
  }
  return -1
}
