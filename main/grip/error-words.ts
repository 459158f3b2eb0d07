// Errors of the system and of libraries in plain words: their own texts are written for programmers. A code that the system
// gives is kept in brackets, for it is what people look for; one of a library only where nothing better is known of it.

/** An error of our own: its message is for people as it stands, although it has a code. */
export class PlainError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** The code of an error, or else the name of its kind. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Error'
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' && code !== '' ? code : error.name
}

/** Is it a code of the system, such as ECONNREFUSED or EAI_AGAIN? */
export function isSystemCode(code: string): boolean {
  return /^E[A-Z0-9]+(?:_[A-Z0-9]+)?$/.test(code) && !code.startsWith('ERR_')
}

/** What an error says, in a few words that may follow a colon. */
export function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed'
  if (error instanceof PlainError) return error.message
  const code = codeOf(error)
  // Errors of the system and of libraries have a code or a class of their own: one without is our own.
  if (error.constructor === Error && code === 'Error' && !isOpensslText(error.message)) return error.message
  return code === error.name && !Object.hasOwn(WORDS, code) ? 'it failed' : wordsOfCode(code)
}

/** What the code of an error says, in a few words that may follow a colon. @param code may be anything */
export function wordsOfCode(code: string): string {
  const known = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined
  if (known !== undefined) return isSystemCode(code) ? `${known} (${code})` : known
  const family = FAMILIES.find(([pattern]) => pattern.test(code))?.[1]
  if (family !== undefined) return family
  return code === '' || code === 'Error' ? 'it failed' : `it failed (${code})`
}

/** The reason that OpenSSL names in such a text as `error:0A00010B:SSL routines::wrong version number`, as a code; '': none. */
export function opensslReason(text: string): string {
  if (!isOpensslText(text)) return ''
  const [, , , , reason = ''] = text.slice(text.indexOf('error:')).split(':')
  return reason
    .trim()
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
}

function isOpensslText(text: string): boolean {
  return /error:[0-9a-f]{8}:/i.test(text)
}

const NOT_PEM = 'it can’t be read as PEM'
const NOT_COMPRESSED = 'its bytes are not compressed as its header Content-Encoding says'
const CUT = 'it ends too soon'

const WORDS: Readonly<Record<string, string>> = {
  // Files.
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'there is one already',
  EACCES: 'this program has no right to it',
  EPERM: 'the system does not allow it',
  EROFS: 'nothing can be written there: it is read-only',
  ENOSPC: 'there is no room left on the disk',
  EDQUOT: 'there is no room left for this user on the disk',
  EFBIG: 'it is too large for that disk',
  EIO: 'the disk or device failed',
  EBUSY: 'another program uses it',
  ETXTBSY: 'another program runs it',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOTEMPTY: 'the folder is not empty',
  EXDEV: 'it lies on another disk',
  ENXIO: 'there is nothing behind it',
  ENODEV: 'there is no such device',
  EINVAL: 'the system does not take it',
  EMFILE: 'this program has too many files and connections open',
  ENFILE: 'this machine has too many files and connections open',
  ENOMEM: 'there is no memory left',
  ENOTSUP: 'the system can’t do that',
  EOPNOTSUPP: 'the system can’t do that',
  ENOSYS: 'the system can’t do that',
  // Connections and ports.
  EADDRINUSE: 'the port is taken',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EAFNOSUPPORT: 'this machine has no addresses of that kind',
  EPROTONOSUPPORT: 'that transport is not known',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the other side closed the connection',
  ECONNABORTED: 'the connection was broken off',
  EPIPE: 'the other side closed the connection',
  ETIMEDOUT: 'there was no answer in time',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name could not be looked up',
  EAI_FAIL: 'the name could not be looked up',
  EHOSTUNREACH: 'that machine is not reached from here',
  ENETUNREACH: 'that network is not reached from here',
  ENETDOWN: 'the network is down',
  UND_ERR_SOCKET: 'the other side closed the connection',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
  UND_ERR_HEADERS_TIMEOUT: 'there was no answer in time',
  UND_ERR_BODY_TIMEOUT: 'nothing more came in time',
  UND_ERR_ABORTED: 'it was given up',
  ERR_STREAM_PREMATURE_CLOSE: 'the other side closed the connection',
  ERR_STREAM_DESTROYED: 'the connection is closed',
  ERR_STREAM_WRITE_AFTER_END: 'the connection is closed',
  ABORT_ERR: 'it was given up',
  // Heads of requests and responses.
  ERR_INVALID_CHAR: 'a header or the reason phrase has a character that none may have',
  ERR_INVALID_HTTP_TOKEN: 'the method or the name of a header has a character that none may have',
  ERR_HTTP_INVALID_HEADER_VALUE: 'a header has no value',
  ERR_HTTP_INVALID_STATUS_CODE: 'its status is none of HTTP',
  ERR_HTTP2_STATUS_INVALID: 'its status is none of HTTP',
  ERR_HTTP2_STATUS_101: 'HTTP/2 has no status 101',
  ERR_HTTP2_INVALID_STREAM: 'the client gave the request up',
  ERR_HTTP2_INVALID_CONNECTION_HEADERS: 'HTTP/2 has no headers about the connection',
  ERR_HTTP2_INVALID_HEADER_VALUE: 'a header has a value that HTTP/2 does not take',
  ERR_HTTP2_INVALID_PSEUDOHEADER: 'a header has a name that HTTP/2 does not take',
  ERR_HTTP2_PSEUDOHEADER_NOT_ALLOWED: 'a header has a name that HTTP/2 does not take',
  ERR_HTTP2_HEADER_SINGLE_VALUE: 'a header stands there twice that may stand there once',
  ERR_HTTP_HEADERS_SENT: 'its head was sent already',
  ERR_UNESCAPED_CHARACTERS: 'the path has a character that must be escaped as %XX',
  // Compressed bodies.
  Z_DATA_ERROR: NOT_COMPRESSED,
  Z_BUF_ERROR: CUT,
  Z_NEED_DICT: 'it was compressed with a dictionary, which is not known here',
  Z_MEM_ERROR: 'there is no memory left',
  ERR_BUFFER_TOO_LARGE: 'decompressed, it is too long',
  // Keys and certificates.
  ERR_OSSL_PEM_NO_START_LINE: NOT_PEM,
  ERR_OSSL_PEM_BAD_END_LINE: NOT_PEM,
  ERR_OSSL_PEM_BAD_BASE64_DECODE: NOT_PEM,
  ERR_OSSL_PEM_BAD_PASSWORD_READ: 'the key has a passphrase',
  ERR_OSSL_BAD_DECRYPT: 'the key has a passphrase',
  ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED: 'the key has a passphrase',
  ERR_MISSING_PASSPHRASE: 'the key has a passphrase',
  ERR_OSSL_UNSUPPORTED: 'it can’t be read as PEM, or is of a kind that is not known here',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key belongs to another certificate',
  ERR_OSSL_X509_KEY_TYPE_MISMATCH: 'the key is of another kind than the certificate',
  ERR_SSL_EE_KEY_TOO_SMALL: 'the key of the certificate is too short to be safe',
  ERR_SSL_CA_MD_TOO_WEAK: 'the certificate is signed with a hash that is not safe any more',
  ERR_OSSL_EVP_UNSUPPORTED: 'it is of a kind that is not known here',
  // Modules and options.
  ERR_DLOPEN_FAILED: 'the system can’t load it',
  ERR_MODULE_NOT_FOUND: 'it is not installed',
  MODULE_NOT_FOUND: 'it is not installed',
}

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^Z_/, NOT_COMPRESSED],
  // Those of brotli begin with two underscores.
  [/^ERR__|^ERR_(?:BROTLI|ZSTD|ZLIB)/, NOT_COMPRESSED],
  [/^ERR_OSSL_(?:PEM|ASN1|DECODER|EVP|X509)|^ERR_CRYPTO/, NOT_PEM],
]
