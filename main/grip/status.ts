// Status codes: which can be sent, and their reason phrases where nobody gave one.
import type { Cause } from '../../preload/vocabulary/causes'

/** A client can not be sent another status than these as an answer. */
export const MIN_CODE = 200
export const MAX_CODE = 999

/** Is it a status that Pushpin takes, be it one that no client understands? */
export function isAnyCode(code: number): boolean {
  return code >= 0 && code <= MAX_CODE
}

/** Has a response with this status no body, whatever its headers say? */
export function isBodiless(code: number): boolean {
  return code === 204 || code === 304
}

/**
 * Why the client is sent no body with this response; undefined: it is sent one. A 205 says so by its length alone
 * (RFC 9110, 15.3.6): some clients read its body as the next response.
 */
export function whyNoBody(code: number, method: string): Cause | undefined {
  if (method === 'HEAD') return TO_HEAD
  return isBodiless(code) || code === 205 ? { code: 'no-body-status', status: code } : undefined
}

const TO_HEAD: Cause = { code: 'no-body-head' }

const reasons: Readonly<Record<number, string>> = {
  100: 'Continue',
  101: 'Switching Protocols',
  102: 'Processing',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'Non-Authoritative Information',
  204: 'No Content',
  205: 'Reset Content',
  206: 'Partial Content',
  207: 'Multi-Status',
  208: 'Already Reported',
  226: 'IM Used',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  305: 'Use Proxy',
  306: 'Reserved',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  417: 'Expectation Failed',
  422: 'Unprocessable Entity',
  423: 'Locked',
  424: 'Failed Dependency',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  506: 'Variant Also Negotiates',
  507: 'Insufficient Storage',
  508: 'Loop Detected',
  510: 'Not Extended',
  511: 'Network Authentication Required',
}

/** The reason phrase that Pushpin uses for a status code. */
export function reasonOf(code: number): string {
  return reasons[code] ?? 'Undefined Reason'
}
