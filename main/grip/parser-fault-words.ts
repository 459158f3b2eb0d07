// What is wrong with a request that cannot be read as HTTP, in words for whoever sent it: which part, and what to send.
import { reasonOf } from './status'

/** A field that is wrong, the fault, and the fix. */
type Hint = readonly [field: string, fault: string, fix: string]

const START_LINE = 'Send HTTP/1.1: a method in capitals, the path, the version.'
const ONE_LENGTH = 'Send one length in digits, or chunks, but never both.'
const CHUNK_FIX = 'Send each chunk as its size in hex, CRLF, its bytes, CRLF.'
const EXTENSION_FIX = 'Leave extensions out: nobody reads them.'
const HEADER_FIX = 'Send each as Name: value, on one line, without control characters.'
const CRLF = 'End each line with CRLF.'
const PATH_FIX = 'Encode spaces, control characters and non-ASCII bytes as %XX.'
const ALL_OF_IT = 'Send all of it before you close.'
const NEW_CONNECTION = 'Open a new connection for the next request.'

const hints = {
  version: ['version', 'the line of the request does not end with HTTP/1.1 or HTTP/1.0', 'Send HTTP/1.1.'],
  http2: [
    'version',
    'it is HTTP/2, which this port does not speak without TLS',
    'Send HTTP/1.1, or use the port with TLS.',
  ],
  method: ['method', 'the request does not start with a method of HTTP', START_LINE],
  'method-space': ['method', 'no space follows a method of HTTP', START_LINE],
  'path-character': ['path', 'it has a character that must be escaped', PATH_FIX],
  path: ['path', 'it is not a path that begins with /, or an address that begins with http://', PATH_FIX],
  'length-and-chunks': ['Content-Length', 'it stands beside Transfer-Encoding: chunked', ONE_LENGTH],
  'length-twice': ['Content-Length', 'it stands there twice', ONE_LENGTH],
  'length-empty': ['Content-Length', 'it is empty', ONE_LENGTH],
  'length-too-large': ['Content-Length', 'the number is too large', ONE_LENGTH],
  length: ['Content-Length', 'it is not a whole number', ONE_LENGTH],
  'length-not-here': ['Content-Length', 'it is not allowed here', ONE_LENGTH],
  coding: ['Transfer-Encoding', 'chunked is not its only and last coding', 'Send chunked, once, and no other coding.'],
  'extension-too-long': ['chunk extension', 'it is too long', EXTENSION_FIX],
  extension: ['chunk extension', 'it has a character that is not allowed there', EXTENSION_FIX],
  'chunk-too-large': ['chunk', 'its size is too large', CHUNK_FIX],
  'chunk-longer': ['chunk', 'it has more bytes than its size says, or no CRLF at its end', CHUNK_FIX],
  'chunk-line': ['chunk', 'its size does not end with CRLF', CHUNK_FIX],
  'chunk-size': ['chunk', 'its size is not a hexadecimal number', CHUNK_FIX],
  'header-space': ['headers', 'the first header begins with a space', HEADER_FIX],
  'header-value': ['headers', 'a value has a control character', HEADER_FIX],
  'header-name': ['headers', 'a line is not a name, a colon and a value', HEADER_FIX],
  'header-line': ['line end', 'a header does not end with CRLF', CRLF],
  'empty-line': ['line end', 'the empty line after the headers is not CRLF', CRLF],
  line: ['line end', 'a line does not end with CRLF', CRLF],
  incomplete: ['request', 'the connection ended before the request was complete', ALL_OF_IT],
  'after-close': ['request', 'it follows one that said Connection: close', NEW_CONNECTION],
  'too-slow': ['headers', 'the head did not arrive in time', 'Send the head of a request at once.'],
  tls: [
    'request',
    'it begins a TLS handshake, and this port speaks HTTP without TLS',
    'Use http://, or the port with TLS.',
  ],
  other: ['request', 'it cannot be read as HTTP', 'Send HTTP/1.1.'],
} as const satisfies Readonly<Record<string, Hint>>
export type ParserFault = keyof typeof hints

/** The status's name, the field, the fault and the fix. @param fault from anywhere: one that is unknown is `other` */
export function parserFaultText(status: number, fault: string): string {
  const [field, why, fix] = Object.hasOwn(hints, fault) ? hints[fault as ParserFault] : hints.other
  return `${reasonOf(status)}: ${field}: ${why}. ${fix}`
}
