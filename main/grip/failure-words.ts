// How asking a backend failed, in plain words. Libraries name states in codes; these say what to look for.

export interface FailureWords {
  /** A few words, as in a row: "nothing listens on localhost:8000". */
  readonly short: string
  /** What to do, as a sentence; '': there is nothing to be said. */
  readonly fix: string
}

/** @param target as in a route: `localhost:8000,over_http` */
export function failureWords(target: string, code: string): FailureWords {
  const place = target.split(',', 1)[0] ?? target
  const known = KNOWN[code]
  if (known) return { short: known.short.replace('X', () => place), fix: known.fix }
  if (code.startsWith('HPE_'))
    return { short: `${place} does not answer in HTTP`, fix: 'Does it want TLS? Then put ssl after the target.' }
  if (/^ERR_(SSL|TLS)_|CERT|^UNABLE_TO_|SIGNED|^EPROTO$/.test(code))
    return { short: `TLS with ${place} failed`, fix: 'The details say why.' }
  return { short: `${place} could not be asked`, fix: '' }
}

const START = 'Start it, or choose another backend.'
const SLOW = 'Look at what it does meanwhile, or set backendTimeout.'
const LOGS = 'Look at its log: it may have crashed, or been started anew. If it speaks TLS, put ssl after the target.'

const KNOWN: Readonly<Record<string, FailureWords>> = {
  ECONNREFUSED: { short: 'nothing listens on X', fix: START },
  ENOTFOUND: { short: 'there is no host for X', fix: 'Look at its name, or choose another backend.' },
  EAI_AGAIN: { short: 'there is no host for X', fix: 'Look at its name, or choose another backend.' },
  EHOSTUNREACH: { short: 'X is not reached from here', fix: START },
  ENETUNREACH: { short: 'X is not reached from here', fix: START },
  ETIMEDOUT: { short: 'X took no connection in time', fix: START },
  UND_ERR_CONNECT_TIMEOUT: { short: 'X took no connection in time', fix: START },
  UND_ERR_HEADERS_TIMEOUT: { short: 'X did not answer in time', fix: SLOW },
  UND_ERR_BODY_TIMEOUT: { short: 'X sent nothing more in time', fix: SLOW },
  BACKEND_TLS: { short: 'X speaks TLS, and was asked without', fix: 'Put ssl after the target.' },
  ERR_SSL_WRONG_VERSION_NUMBER: { short: 'X does not speak TLS', fix: 'Take ssl off the target.' },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { short: 'X does not speak TLS', fix: 'Take ssl off the target.' },
  ECONNRESET: { short: 'X closed the connection', fix: LOGS },
  EPIPE: { short: 'X closed the connection', fix: LOGS },
  UND_ERR_SOCKET: { short: 'X closed the connection', fix: LOGS },
  UND_ERR_ABORTED: { short: 'the request to X was given up', fix: '' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    short: 'X sent more or less than its Content-Length',
    fix: 'Name the length as it is.',
  },
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: { short: 'the request has more or less than its Content-Length', fix: '' },
  UND_ERR_HEADERS_OVERFLOW: { short: 'X sent too many headers', fix: 'Send fewer.' },
  HPE_HEADER_OVERFLOW: { short: 'X sent too many headers', fix: 'Send fewer.' },
  UND_ERR_INVALID_ARG: { short: 'the request can’t be sent as it is', fix: '' },
  UNKNOWN_TRANSFER_CODING: { short: 'X sends a coding that is not understood', fix: '' },
  BAD_REASON: { short: 'X sends a reason phrase with a control character', fix: 'Write it on one line, without any.' },
  EMFILE: { short: 'this machine has no more connections to give', fix: 'Raise the limit of open files (ulimit -n).' },
  ENFILE: { short: 'this machine has no more connections to give', fix: 'Raise the limit of open files.' },
  BLOCKED_ADDRESS: {
    short: 'X is on this machine or its network',
    fix: 'The target is untrusted: take the option off.',
  },
}

/** The first letter in upper case, and a full stop. */
export function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`
}
