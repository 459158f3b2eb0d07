// Reads the text of an event stream in parts, as an EventSource would: which lines it ignores, and what is not whole yet. Pure.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

const FIELDS: ReadonlySet<string> = new Set(['data', 'event', 'id', 'retry'])
const LF = 10
const CR = 13
const COLON = 58
/** Bytes of a line that are shown. */
const SHOWN_MAX = 100

export interface EventLines {
  /** The first line that is no comment and has no known field. */
  readonly stray: string | undefined
  /** Where the text begins that is not whole: a line without its end, or an event without its blank line. */
  readonly rest: number
  /** Lines of data. */
  readonly data: number
}

/** @param within it begins within a line: that line is not looked at */
export function readEventLines(text: Buffer, within = false): EventLines {
  let at = !within && text.length >= 3 && text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0
  let first = within
  let event = -1
  let data = 0
  let stray: string | undefined
  const hasCr = text.includes(CR)
  for (;;) {
    const end = lineEnd(text, at, hasCr)
    if (end < 0) break
    if (end === at) event = -1
    else if (!first && text[at] !== COLON) {
      const field = fieldOf(text, at, end)
      if (!FIELDS.has(field)) stray ??= text.toString('utf8', at, Math.min(end, at + SHOWN_MAX))
      else if (field === 'data') {
        data++
        if (event < 0) event = at
      }
    }
    first = false
    at = end + (text[end] === CR && text[end + 1] === LF ? 2 : 1)
  }
  return { stray, rest: event < 0 ? at : event, data }
}

/** What is wrong with a text that is not whole, if no more comes; undefined: nothing, it is a comment. */
export function restFault(rest: Buffer): 'unfinished' | 'no-field' | undefined {
  const { stray, rest: from } = readEventLines(rest)
  if (stray !== undefined) return 'no-field'
  const last = rest.subarray(Math.max(rest.lastIndexOf(LF), rest.lastIndexOf(CR)) + 1)
  if (last.length > 0 && last[0] !== COLON) {
    const name = fieldOf(last, 0, last.length)
    const known = FIELDS.has(name) || (!last.includes(COLON) && [...FIELDS].some((field) => field.startsWith(name)))
    return known ? 'unfinished' : 'no-field'
  }
  return from < rest.length && rest[from] !== COLON ? 'unfinished' : undefined
}

/** The longest field's name with a letter more. */
const FIELD_MAX = 6

function fieldOf(text: Buffer, from: number, to: number): string {
  const colon = text.indexOf(COLON, from)
  const end = colon < 0 || colon > to ? to : colon
  return text.toString('latin1', from, Math.min(end, from + FIELD_MAX))
}

function lineEnd(text: Buffer, from: number, hasCr: boolean): number {
  const lf = text.indexOf(LF, from)
  if (!hasCr) return lf
  const cr = text.indexOf(CR, from)
  if (lf < 0 || cr < 0) return Math.max(lf, cr)
  return Math.min(lf, cr)
}
