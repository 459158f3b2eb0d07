// What is wrong with a request that node's parser cannot read, in words for whoever sent it: which part, and what to send.
// The parser's own words differ between versions of node, so none of them is passed on: they only tell cases apart.
import http from 'node:http'
import type { RequestFault } from './request-fault'

export type ParseError = Error & {
  readonly code?: string
  /** The read in which it stopped, and where in it. */
  readonly rawPacket?: Buffer
  readonly bytesParsed?: number
}

/** A field that is wrong, the fault, and the fix. */
type Hint = readonly [field: string, fault: string, fix: string]

const START_LINE = 'Send HTTP/1.1: a method in capitals, the path, the version.'
const VERSION: Hint = ['version', 'the line of the request does not end with HTTP/1.1 or HTTP/1.0', 'Send HTTP/1.1.']
const ONE_LENGTH = 'Send one length in digits, or chunks, but never both.'
const BOTH: Hint = ['Content-Length', 'it stands beside Transfer-Encoding: chunked', ONE_LENGTH]
const CHUNK_FIX = 'Send each chunk as its size in hex, CRLF, its bytes, CRLF.'
const EXTENSION_FIX = 'Leave extensions out: nobody reads them.'
const CODINGS: Hint = [
  'Transfer-Encoding',
  'chunked is not its only and last coding',
  'Send chunked, once, and no other coding.',
]
const HEADER_FIX = 'Send each as Name: value, on one line, without control characters.'
const LINES: Hint = ['line end', 'a line does not end with CRLF', 'End each line with CRLF.']
const PATH_FIX = 'Encode spaces, control characters and non-ASCII bytes as %XX.'
const HTTP2: Hint = [
  'version',
  'it is HTTP/2, which this port does not speak without TLS',
  'Send HTTP/1.1, or use the port with TLS.',
]
const METHOD: Hint = ['method', 'the request does not start with a method of HTTP', START_LINE]
const NAME: Hint = ['headers', 'a line is not a name, a colon and a value', HEADER_FIX]

/** By the parser's words, the first that match: it has one code for several faults, and several codes for one. */
const BY_WORDS: readonly (readonly [RegExp, Hint])[] = [
  [/content-length.*transfer-encoding|transfer-encoding.*content-length|with chunked/i, BOTH],
  [/duplicate content-length/i, ['Content-Length', 'it stands there twice', ONE_LENGTH]],
  [/empty content-length/i, ['Content-Length', 'it is empty', ONE_LENGTH]],
  [/content-length overflow/i, ['Content-Length', 'the number is too large', ONE_LENGTH]],
  [/content-length/i, ['Content-Length', 'it is not a whole number', ONE_LENGTH]],
  [/transfer-encoding/i, CODINGS],
  [/chunk (?:extension|parameter)s? overflow/i, ['chunk extension', 'it is too long', EXTENSION_FIX]],
  [
    /chunk (?:extension|parameter)/i,
    ['chunk extension', 'it has a character that is not allowed there', EXTENSION_FIX],
  ],
  [/chunk size overflow/i, ['chunk', 'its size is too large', CHUNK_FIX]],
  [/after chunk data/i, ['chunk', 'it has more bytes than its size says, or no CRLF at its end', CHUNK_FIX]],
  [/after chunk/i, ['chunk', 'its size does not end with CRLF', CHUNK_FIX]],
  [/chunk/i, ['chunk', 'its size is not a hexadecimal number', CHUNK_FIX]],
  [/space after method/i, ['method', 'no space follows a method of HTTP', START_LINE]],
  [/http\/2|\bPRI\b/i, HTTP2],
  [/space after start line/i, ['headers', 'the first header begins with a space', HEADER_FIX]],
  [/header value char|whitespace after header/i, ['headers', 'a value has a control character', HEADER_FIX]],
  [/after header value/i, ['line end', 'a header does not end with CRLF', 'End each line with CRLF.']],
  [/after headers/i, ['line end', 'the empty line after the headers is not CRLF', 'End each line with CRLF.']],
  [/url (?:path|query|fragment)/i, ['path', 'it has a character that must be escaped', PATH_FIX]],
  [/url/i, ['path', 'it is not a path that begins with /, or an address that begins with http://', PATH_FIX]],
]

/** By the parser's codes, for what its words do not tell. */
const BY_CODE: Readonly<Record<string, Hint>> = {
  HPE_INVALID_METHOD: METHOD,
  HPE_INVALID_URL: ['path', 'it has a character that must be escaped', PATH_FIX],
  HPE_INVALID_VERSION: VERSION,
  HPE_INVALID_CONSTANT: VERSION,
  HPE_PAUSED_H2_UPGRADE: HTTP2,
  HPE_INVALID_HEADER_TOKEN: NAME,
  HPE_UNEXPECTED_SPACE: NAME,
  HPE_INVALID_CONTENT_LENGTH: ['Content-Length', 'it is not a whole number', ONE_LENGTH],
  HPE_UNEXPECTED_CONTENT_LENGTH: ['Content-Length', 'it is not allowed here', ONE_LENGTH],
  HPE_INVALID_TRANSFER_ENCODING: CODINGS,
  HPE_INVALID_CHUNK_SIZE: ['chunk', 'its size is not a hexadecimal number', CHUNK_FIX],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['chunk extension', 'it is too long', EXTENSION_FIX],
  HPE_LF_EXPECTED: LINES,
  HPE_CR_EXPECTED: LINES,
  HPE_STRICT: LINES,
  HPE_INVALID_EOF_STATE: [
    'request',
    'the connection ended before the request was complete',
    'Send all of it before you close.',
  ],
  HPE_CLOSED_CONNECTION: [
    'request',
    'it follows one that said Connection: close',
    'Open a new connection for the next request.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['headers', 'the head did not arrive in time', 'Send the head of a request at once.'],
}
const TOO_LONG = 'HPE_HEADER_OVERFLOW'
const OTHER: Hint = ['request', 'it cannot be read as HTTP', 'Send HTTP/1.1.']
const TLS: Hint = [
  'request',
  'it begins a TLS handshake, and this port speaks HTTP without TLS',
  'Use http://, or the port with TLS.',
]

const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT'

/** Reads what node's parser said. @param headMax bytes that the head of a request may have */
export function parseFault(error: ParseError, headMax: number): RequestFault {
  if (error.code === TOO_LONG) return headTooLong(headMax)
  return fault(error.code === TOO_SLOW ? 408 : 400, hintFor(error))
}

/** The head of a request has more than `headMax` bytes. */
export function headTooLong(headMax: number): RequestFault {
  return fault(431, ['headers', `more than ${headMax} bytes before the body (requestHeadMax)`, 'Send shorter ones.'])
}

function fault(status: number, [field, why, fix]: Hint): RequestFault {
  return { status, how: 'bad-request', message: `${http.STATUS_CODES[status]}: ${field}: ${why}. ${fix}` }
}

function hintFor({ code = '', message, rawPacket }: ParseError): Hint {
  if (code === 'HPE_INVALID_METHOD' && rawPacket && isTlsHello(rawPacket)) return TLS
  return BY_WORDS.find(([words]) => words.test(message))?.[1] ?? BY_CODE[code] ?? OTHER
}

/** A record of TLS that carries a handshake begins so. */
function isTlsHello(packet: Buffer): boolean {
  return packet[0] === 0x16 && packet[1] === 0x03
}
