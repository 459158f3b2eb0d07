// What is wrong with a request that node's parser can't read, in words for whoever sent it: which part, and what to send.
import http from 'node:http'
import type { RequestFault } from './request-fault'

export type ParseError = Error & {
  readonly code?: string
  /** The read in which it stopped, and where in it. */
  readonly rawPacket?: Buffer
  readonly bytesParsed?: number
}

/** A field that is wrong, and the fix. */
type Hint = readonly [field: string, fix: string]

const LINES: Hint = ['line end', 'End each line with CRLF.']
const CHUNKS: Hint = ['chunk', 'Send each chunk as its size in hex, CRLF, its bytes, CRLF.']
const LENGTH: Hint = ['Content-Length', 'Send one length in digits, or chunks, but never both.']
const HEADERS: Hint = ['headers', 'Send each as Name: value, on one line, without control characters.']

/** By the codes of node's parser. */
const HINTS: Readonly<Record<string, Hint>> = {
  HPE_INVALID_METHOD: ['method', 'Send HTTP/1.1: a method in capitals, the path, the version.'],
  HPE_INVALID_URL: ['path', 'Encode spaces and non-ASCII bytes as %XX.'],
  HPE_INVALID_VERSION: ['version', 'Send HTTP/1.1.'],
  HPE_INVALID_CONSTANT: ['version', 'Send HTTP/1.1.'],
  HPE_INVALID_HEADER_TOKEN: HEADERS,
  HPE_INVALID_CONTENT_LENGTH: LENGTH,
  HPE_UNEXPECTED_CONTENT_LENGTH: LENGTH,
  HPE_INVALID_TRANSFER_ENCODING: ['Transfer-Encoding', 'Send chunked, once, and no other coding.'],
  HPE_INVALID_CHUNK_SIZE: CHUNKS,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['chunk extension', 'Leave extensions out: nobody reads them.'],
  HPE_LF_EXPECTED: LINES,
  HPE_CR_EXPECTED: LINES,
  HPE_STRICT: LINES,
  ERR_HTTP_REQUEST_TIMEOUT: ['headers', 'Send the head of a request at once.'],
}
const TOO_LONG = 'HPE_HEADER_OVERFLOW'
const OTHER: Hint = ['request', 'Send HTTP/1.1.']

const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT'

/** Reads what node's parser said. @param headMax bytes that the head of a request may have */
export function parseFault({ code = '', message }: ParseError, headMax: number): RequestFault {
  if (code === TOO_LONG) return headTooLong(headMax)
  const why = message.replace(/^Parse Error: /, '').replace(/\.$/, '')
  return fault(code === TOO_SLOW ? 408 : 400, hintFor(code, message), why)
}

/** The head of a request has more than `headMax` bytes. */
export function headTooLong(headMax: number): RequestFault {
  return fault(431, ['headers', 'Send shorter ones.'], `more than ${headMax} bytes before the body (requestHeadMax)`)
}

function fault(status: number, [field, fix]: Hint, why: string): RequestFault {
  return { status, how: 'bad-request', message: `${http.STATUS_CODES[status]}: ${field}: ${why}. ${fix}` }
}

function hintFor(code: string, message: string): Hint {
  // It has one code for two headers that contradict each other, and for ends of lines of chunks.
  if (/content-length/i.test(message)) return LENGTH
  if (/chunk/i.test(message) && HINTS[code] !== HINTS.HPE_CHUNK_EXTENSIONS_OVERFLOW) return CHUNKS
  return HINTS[code] ?? OTHER
}
