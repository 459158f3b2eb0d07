// How asking a backend failed, in plain words. Libraries name states in codes; these say what to look for.
import { isSystemCode } from './error-words'

export interface FailureWords {
  /** A few words, as in a row: "nothing listens on localhost:8000". */
  readonly short: string
  /** What to do, as a sentence; '': there is nothing to be said. */
  readonly fix: string
}

/** What is told of a failed asking besides its target. */
export interface FailureFacts {
  readonly code: string
  /** Addresses that were tried, where they are others than the target names. */
  readonly addresses?: readonly string[]
}

/** @param target as in a route: `localhost:8000,over_http` */
export function failureWords(target: string, code: string): FailureWords {
  const place = target.split(',', 1)[0] ?? target
  const known = own(KNOWN, code) ?? FAMILIES.find(([pattern]) => pattern.test(code))?.[1]
  if (known) return { short: known.short.replace('X', () => place), fix: known.fix }
  return { short: `${place} could not be asked`, fix: '' }
}

/** The words, and in brackets what there is as evidence: the system's code, and the addresses that it stands for. */
export function failureSentence(target: string, { code, addresses = [] }: FailureFacts): string {
  const named = own(LIMITED, code) ?? (showsCode(code) ? code : undefined)
  const evidence = [...(named === undefined ? [] : [named]), ...addresses].join(', ')
  const { short } = failureWords(target, code)
  return evidence === '' ? short : `${short} (${evidence})`
}

/** Codes of the system are what people look for; those of a library stay, where nothing else is known. */
function showsCode(code: string): boolean {
  if (isSystemCode(code)) return code !== 'EPROTO'
  return own(KNOWN, code) === undefined && !FAMILIES.some(([pattern]) => pattern.test(code)) && code !== ''
}

/** Does TLS stand on one side of the connection only? */
export function isTlsMismatch(code: string): 'backend-speaks' | 'backend-does-not' | undefined {
  if (code === BACKEND_TLS) return 'backend-speaks'
  return NO_TLS.has(code) ? 'backend-does-not' : undefined
}

/** Code of a failure: the backend speaks TLS, but the request came without it. */
export const BACKEND_TLS = 'BACKEND_TLS'

/** So OpenSSL and BoringSSL say that what came is no TLS. */
const NO_TLS: ReadonlySet<string> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_RECORD_TOO_SMALL',
  'ERR_SSL_NOT_SSL_RECORD_OR_NOT_TLS',
])

const START = 'Start it, or choose another backend.'
const SLOW = 'Look at what it does meanwhile, or set backendTimeout.'
const LOGS = 'Look at its log: it may have crashed, or been started anew. If it speaks TLS, put ssl after the target.'
const NAME = 'Look at its name, or choose another backend.'
const FRAME = 'Look at what sends its answers: a proxy or a server of its own may frame them wrongly.'

const CLOSED: FailureWords = { short: 'X closed the connection', fix: LOGS }
const NO_HOST: FailureWords = { short: 'there is no host for X', fix: NAME }
const UNREACHED: FailureWords = { short: 'X is not reached from here', fix: START }
const NOT_TAKEN: FailureWords = { short: 'X took no connection in time', fix: START }
const GIVEN_UP: FailureWords = { short: 'the request to X was given up', fix: '' }
const UNSENDABLE: FailureWords = { short: 'the request cannot be sent as it is', fix: '' }
const NO_TLS_THERE: FailureWords = { short: 'X does not speak TLS', fix: 'Take ssl off the target.' }
const LARGE_HEAD: FailureWords = { short: 'X sent too many headers', fix: 'Send fewer.' }
const BAD_LINES: FailureWords = { short: 'X ended a line in another way than with CRLF', fix: FRAME }
const BAD_LENGTH: FailureWords = { short: 'X sent a Content-Length that can’t be used', fix: 'Send one, in digits.' }
const FULL: FailureWords = {
  short: 'this machine has no more connections to give',
  fix: 'Raise the limit of open files (ulimit -n).',
}

const KNOWN: Readonly<Record<string, FailureWords>> = {
  ECONNREFUSED: { short: 'nothing listens on X', fix: START },
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  EAI_FAIL: NO_HOST,
  EAI_NONAME: NO_HOST,
  EAI_NODATA: NO_HOST,
  EHOSTUNREACH: UNREACHED,
  EHOSTDOWN: UNREACHED,
  ENETUNREACH: UNREACHED,
  ENETDOWN: UNREACHED,
  EADDRNOTAVAIL: UNREACHED,
  EAFNOSUPPORT: UNREACHED,
  EACCES: { short: 'this machine does not let us connect to X', fix: 'Look at its firewall.' },
  EPERM: { short: 'this machine does not let us connect to X', fix: 'Look at its firewall.' },
  ETIMEDOUT: NOT_TAKEN,
  UND_ERR_CONNECT_TIMEOUT: NOT_TAKEN,
  UND_ERR_HEADERS_TIMEOUT: { short: 'X did not answer in time', fix: SLOW },
  UND_ERR_BODY_TIMEOUT: { short: 'X sent nothing more in time', fix: SLOW },
  TIMEOUT: { short: 'X did not answer in time', fix: SLOW },
  [BACKEND_TLS]: { short: 'X speaks TLS, but the request came without it', fix: 'Put ssl after the target.' },
  ...Object.fromEntries([...NO_TLS].map((code) => [code, NO_TLS_THERE])),
  ECONNRESET: CLOSED,
  ECONNABORTED: CLOSED,
  ENOTCONN: CLOSED,
  EPIPE: CLOSED,
  UND_ERR_SOCKET: CLOSED,
  SocketError: CLOSED,
  ERR_STREAM_PREMATURE_CLOSE: CLOSED,
  HPE_INVALID_EOF_STATE: { short: 'X closed the connection in the midst of its answer', fix: LOGS },
  DISCONNECTED: { short: 'X ended the WebSocket without a close', fix: LOGS },
  UND_ERR_ABORTED: GIVEN_UP,
  UND_ERR_ABORT: GIVEN_UP,
  UND_ERR_DESTROYED: GIVEN_UP,
  UND_ERR_CLOSED: GIVEN_UP,
  ABORT_ERR: GIVEN_UP,
  AbortError: GIVEN_UP,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    short: 'X sent more or less than its Content-Length',
    fix: 'Name the length as it is.',
  },
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: { short: 'the request has more or less than its Content-Length', fix: '' },
  UND_ERR_HEADERS_OVERFLOW: LARGE_HEAD,
  HPE_HEADER_OVERFLOW: LARGE_HEAD,
  UND_ERR_INVALID_ARG: UNSENDABLE,
  UND_ERR_NOT_SUPPORTED: UNSENDABLE,
  ERR_INVALID_CHAR: UNSENDABLE,
  ERR_INVALID_HTTP_TOKEN: UNSENDABLE,
  ERR_UNESCAPED_CHARACTERS: UNSENDABLE,
  UNKNOWN_TRANSFER_CODING: { short: 'X sends a coding that is not understood', fix: '' },
  HPE_INVALID_TRANSFER_ENCODING: { short: 'X sends a coding that is not understood', fix: FRAME },
  HPE_INVALID_CHUNK_SIZE: { short: 'X sent a chunk without a size that can be read', fix: FRAME },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { short: 'X sent chunks with extensions that are too long', fix: FRAME },
  HPE_INVALID_HEADER_TOKEN: { short: 'X sent a header that can’t be read', fix: 'Send each as Name: value.' },
  HPE_INVALID_CONTENT_LENGTH: BAD_LENGTH,
  HPE_UNEXPECTED_CONTENT_LENGTH: { short: 'X sent both chunks and a Content-Length', fix: 'Send one of them.' },
  HPE_INVALID_STATUS: { short: 'X sent a status that can’t be read', fix: 'Answer with three digits.' },
  HPE_INVALID_VERSION: { short: 'X answers in an HTTP that is not known', fix: 'Answer in HTTP/1.1.' },
  HPE_CR_EXPECTED: BAD_LINES,
  HPE_LF_EXPECTED: BAD_LINES,
  HPE_STRICT: BAD_LINES,
  HPE_CLOSED_CONNECTION: { short: 'X sent more after the end of its answer', fix: FRAME },
  BAD_REASON: { short: 'X sends a reason phrase with a control character', fix: 'Write it on one line, without any.' },
  EMFILE: FULL,
  ENFILE: FULL,
  BLOCKED_ADDRESS: {
    short: 'X is on this machine or its network',
    fix: 'The target is untrusted: take the option off.',
  },
}

const FAMILIES: readonly (readonly [RegExp, FailureWords])[] = [
  [
    /^HPE_|^HTTPParserError$/,
    { short: 'X does not answer in HTTP', fix: 'Does it want TLS? Then put ssl after the target.' },
  ],
  [
    /^ERR_(?:SSL|TLS|OSSL)_|CERT|^UNABLE_TO_|SIGNED|^EPROTO$|^HOSTNAME_MISMATCH$/,
    { short: 'TLS with X failed', fix: 'The details say why.' },
  ],
  [/^WEBSOCKET_/, { short: 'X broke the WebSocket protocol', fix: '' }],
]

/** Times that a setting of ours bounds: its name says more than any code. */
const LIMITED: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_TIMEOUT: 'backendTimeout',
  UND_ERR_BODY_TIMEOUT: 'backendTimeout',
}

/** A code comes from anywhere: it may be the name of something that every object has. */
function own<T>(words: Readonly<Record<string, T>>, code: string): T | undefined {
  return Object.hasOwn(words, code) ? words[code] : undefined
}

/** The first letter in upper case, and a full stop. */
export function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`
}
