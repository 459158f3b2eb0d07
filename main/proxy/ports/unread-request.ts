// What can be told of a request that node's parser could not read, or that never became whole: its bytes, and what they say.
import { dropOwnCookies, withoutOwnCookies } from '../http/own-cookies'

/** As far as it was read. All empty: not even the method could be told. */
export interface UnreadRequest {
  readonly method: string
  readonly url: string
  readonly httpVersion: string
  readonly headers: readonly string[]
  /** From the start of the request on. */
  readonly bytes: Buffer
}

const LINE_FEED = 0x0a
const REQUEST_LINE = /^([!-~]+) +([^\r\n]*?)(?: +HTTP\/(\d\.\d)\r?)?$/

/**
 * Reads leniently what came of a request.
 * @param bytes the last that came; earlier requests of the same connection may be in front
 * @param at where the parser stopped; left out: at their end
 */
export function unreadRequest(bytes: Buffer, at = bytes.length): UnreadRequest {
  const from = startOf(bytes, at)
  const own = withoutOwnCookies(bytes.subarray(from))
  const end = own.indexOf('\r\n\r\n')
  const [first = '', ...lines] = (end < 0 ? own : own.subarray(0, end)).toString('latin1').split('\n')
  const found = REQUEST_LINE.exec(first)
  // A line without an end may be anything; one with a version, or that is followed by others, is a request's.
  const known = found !== null && (found[3] !== undefined || /^[A-Z]+$/.test(found[1] ?? ''))
  const [, method = '', url = '', httpVersion = ''] = known ? found : []
  const headers = known ? headersIn(lines) : []
  dropOwnCookies(headers)
  return { method, url, httpVersion, headers, bytes: own }
}

/** Behind the head before it, from the last line on that may begin a request. */
function startOf(bytes: Buffer, at: number): number {
  const head = at < 4 ? -1 : bytes.lastIndexOf('\r\n\r\n', at - 4)
  const from = head < 0 ? 0 : head + 4
  for (let line = lineAt(bytes, at - 1); line > from; line = lineAt(bytes, line - 2)) {
    const end = bytes.indexOf(LINE_FEED, line)
    if (/^[A-Z]+ .* HTTP\/\d\.\d\r?$/.test(bytes.toString('latin1', line, end < 0 ? bytes.length : end))) return line
  }
  return from
}

/** Where the line begins that the byte at `index` is of. */
function lineAt(bytes: Buffer, index: number): number {
  // To lastIndexOf, what is below 0 counts from the end.
  return index < 0 ? 0 : bytes.lastIndexOf(LINE_FEED, index) + 1
}

/** What looks like a header. The last line may not be whole. */
function headersIn(lines: readonly string[]): string[] {
  const headers: string[] = []
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.push(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
  }
  return headers
}
