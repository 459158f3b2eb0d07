// What is wrong with a request that node's parser cannot read, by names (grip/parser-fault-words.ts has their words).
// The parser's own words differ between versions of node, so none of them is passed on: they only tell cases apart.
import type { ParserFault } from '../../grip/parser-fault-words'
import { type RequestFault, refused } from './request-fault'

export type ParseError = Error & {
  readonly code?: string
  /** The read in which it stopped, and where in it. */
  readonly rawPacket?: Buffer
  readonly bytesParsed?: number
}

/** By the parser's words, the first that match: it has one code for several faults, and several codes for one. */
const BY_WORDS: readonly (readonly [RegExp, ParserFault])[] = [
  [/content-length.*transfer-encoding|transfer-encoding.*content-length|with chunked/i, 'length-and-chunks'],
  [/duplicate content-length/i, 'length-twice'],
  [/empty content-length/i, 'length-empty'],
  [/content-length overflow/i, 'length-too-large'],
  [/content-length/i, 'length'],
  [/transfer-encoding/i, 'coding'],
  [/chunk (?:extension|parameter)s? overflow/i, 'extension-too-long'],
  [/chunk (?:extension|parameter)/i, 'extension'],
  [/chunk size overflow/i, 'chunk-too-large'],
  [/after chunk data/i, 'chunk-longer'],
  [/after chunk/i, 'chunk-line'],
  [/chunk/i, 'chunk-size'],
  [/space after method/i, 'method-space'],
  [/http\/2|\bPRI\b/i, 'http2'],
  [/space after start line/i, 'header-space'],
  [/header value char|whitespace after header/i, 'header-value'],
  [/after header value/i, 'header-line'],
  [/after headers/i, 'empty-line'],
  [/url (?:path|query|fragment)/i, 'path-character'],
  [/url/i, 'path'],
]

/** By the parser's codes, for what its words do not tell. */
const BY_CODE: Readonly<Record<string, ParserFault>> = {
  HPE_INVALID_METHOD: 'method',
  HPE_INVALID_URL: 'path-character',
  HPE_INVALID_VERSION: 'version',
  HPE_INVALID_CONSTANT: 'version',
  HPE_PAUSED_H2_UPGRADE: 'http2',
  HPE_INVALID_HEADER_TOKEN: 'header-name',
  HPE_UNEXPECTED_SPACE: 'header-name',
  HPE_INVALID_CONTENT_LENGTH: 'length',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'length-not-here',
  HPE_INVALID_TRANSFER_ENCODING: 'coding',
  HPE_INVALID_CHUNK_SIZE: 'chunk-size',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'extension-too-long',
  HPE_LF_EXPECTED: 'line',
  HPE_CR_EXPECTED: 'line',
  HPE_STRICT: 'line',
  HPE_INVALID_EOF_STATE: 'incomplete',
  HPE_CLOSED_CONNECTION: 'after-close',
  ERR_HTTP_REQUEST_TIMEOUT: 'too-slow',
}
const TOO_LONG = 'HPE_HEADER_OVERFLOW'
const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT'

/** Reads what node's parser said. @param headMax bytes that the head of a request may have */
export function parseFault(error: ParseError, headMax: number): RequestFault {
  if (error.code === TOO_LONG) return headTooLong(headMax)
  const status = error.code === TOO_SLOW ? 408 : 400
  return refused(status, { code: 'unreadable', status, fault: faultOf(error) })
}

/** The head of a request has more than `headMax` bytes. */
export function headTooLong(headMax: number): RequestFault {
  return refused(431, { code: 'head-too-long', max: headMax })
}

function faultOf({ code = '', message, rawPacket }: ParseError): ParserFault {
  if (code === 'HPE_INVALID_METHOD' && rawPacket && isTlsHello(rawPacket)) return 'tls'
  return BY_WORDS.find(([words]) => words.test(message))?.[1] ?? BY_CODE[code] ?? 'other'
}

/** A record of TLS that carries a handshake begins so. */
function isTlsHello(packet: Buffer): boolean {
  return packet[0] === 0x16 && packet[1] === 0x03
}
