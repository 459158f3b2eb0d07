// Why something ended, failed, was left out or was not delivered: codes with arguments. Events and files hold these; the
// sentences are made when they are shown (main/grip/cause-words.ts).

/** Kinds of arguments. `cause`: another cause, which this one is about. With `?`: it may be missing. */
export type ArgumentKind = 'text' | 'number' | 'texts' | 'cause'
type Kinds = Readonly<Record<string, ArgumentKind | `${ArgumentKind}?`>>

/** Why an exchange ended. */
const ofEnds = {
  'no-route': { host: 'text', url: 'text' },
  /** WebSocket events that did not come from the proxy. */
  'events-from-client': {},
  /** The request's body is not kept whole, so it cannot be held. */
  'too-large-to-hold': {},
  'instruct-too-large': { max: 'number' },
  /** The instruct's event has all that is wrong with it; this is the first. */
  'instruct-refused': { field: 'text', message: 'text' },
  'client-slow': { max: 'number' },
  /** `fault`: a cause that begins with `frame-` or `sockjs-`. */
  'client-protocol': { fault: 'cause', close: 'number' },
  'proxy-stopped': {},
  'left-in-head': {},
  /** `noBody`: why it has none. */
  'whole-with-head': { noBody: 'cause' },
  /** `error`: the code of one, such as ERR_INVALID_CHAR. */
  unsendable: { error: 'text' },
  'bad-status': { status: 'number' },
  /** A stream with a prev-id needs a next link. */
  'prev-id-without-link': { channel: 'text' },
} as const

/** Requests that are refused as they came. */
const ofRequests = {
  /** `fault` is a name in the list of parser faults. */
  unreadable: { status: 'number', fault: 'text' },
  'head-too-long': { max: 'number' },
  'http-version': { version: 'text' },
  'content-length': { length: 'text' },
  'transfer-coding': { coding: 'text' },
  'forward-proxy': {},
  'bad-jsonp': { field: 'text', message: 'text', fix: 'text' },
  'ws-method': {},
  'ws-key': {},
  'ws-version': { version: 'text' },
  'sockjs-unknown': {},
  'sockjs-sessions': { max: 'number' },
  'sockjs-body': { max: 'number' },
} as const

/** TLS handshakes of clients that failed. */
const ofHandshakes = {
  'handshake-plain-http': {},
  'handshake-untrusted': {},
  'handshake-expired': {},
  'handshake-old': {},
  /** `alert` is TLS's own name. */
  'handshake-alert': { alert: 'text' },
  /** `reason` is OpenSSL's name. */
  'handshake-reason': { reason: 'text' },
  'handshake-failed': { error: 'text' },
} as const

/** Requests to backends that failed. */
const ofBackends = {
  /** `more`: targets beside those named; `why`: how the last one failed. */
  'no-target': { tried: 'texts', more: 'number', why: 'cause?' },
  'request-failed': { target: 'text', why: 'cause' },
  /** `error`: a code of the system or of a library; `addresses`: those tried, unless the target names them. */
  'backend-failure': { target: 'text', error: 'text', addresses: 'texts' },
  'no-descriptors': {},
  'tls-silent': {},
  'tls-name': { wanted: 'text', names: 'text' },
  'tls-not-spoken': {},
  /** `error`: a code of node or OpenSSL. */
  'tls-failed': { error: 'text' },
  'tls-alert': { alert: 'text' },
  'backend-speaks-tls': {},
  /** Found out by a hello of TLS, later. */
  'backend-tls': { place: 'text' },
  'internal-address': { host: 'text' },
  'backend-coding': { coding: 'text' },
  'backend-reason': {},
  'handshake-timeout': {},
  'filter-timeout': { ms: 'number' },
  'cannot-uncompress': { error: 'text' },
  'ws-answered': { status: 'number', reason: 'text' },
  'ws-answered-success': { status: 'number', reason: 'text' },
  'ws-no-close': {},
  'ws-broken': { fault: 'cause' },
  'rejection-headers': { names: 'texts' },
} as const

/** WebSocket events over HTTP, frames of WebSockets, messages of SockJS. */
const ofWebSockets = {
  /** Of an answer to WebSocket events: its content type, or status, is another one. */
  'events-content-type': { status: 'number', type: 'text' },
  /** The answer does not begin with OPEN. '': it has no event. */
  'events-no-open': { first: 'text' },
  /** `lost`: messages of the same answer that the client does not get. */
  'events-second-open': { lost: 'number' },
  'events-unanswered-close': { lost: 'number' },
  'events-disconnect': { lost: 'number' },
  'events-framing': { field: 'text', message: 'text' },
  /** A length that does not fit its content; it was read all the same. */
  'events-miscounted': { message: 'text' },
  'events-too-long': { max: 'number' },
  'events-accepted-more': { accepted: 'number', sent: 'number' },
  'events-accepted-nothing': {},
  'events-close-not-accepted': {},
  'frame-reserved-bit': {},
  'frame-masked': {},
  'frame-not-masked': {},
  'frame-control-long': { max: 'number' },
  'frame-control-fragmented': {},
  'frame-opcode': { opcode: 'number' },
  'frame-continuation': {},
  'frame-interrupted': {},
  'frame-message-long': { max: 'number' },
  'frame-not-utf8': {},
  'frame-half-code': {},
  'frame-close-code': { close: 'number' },
  'frame-reason-not-utf8': {},
  'sockjs-not-a-list': {},
  'close-reason-long': { max: 'number' },
  'close-code': { close: 'number' },
  /** `of`: a publish and its channel; without them: a message of the backend. The client closed with 1007 for it. */
  'text-not-utf8': { p: 'number?', channel: 'text?' },
} as const

/** Limits that were reached while the exchange went on. */
const ofLimits = {
  'links-wait': { max: 'number', target: 'text' },
  'meta-full': { names: 'number', characters: 'number' },
  'events-wait': { max: 'number' },
  'rejection-cut': { max: 'number' },
  'channel-left-out': { channel: 'text', max: 'number' },
} as const

/** Filters: who dropped a message, and why one failed. */
const ofFilters = {
  'skip-self': { user: 'text' },
  'skip-users': { user: 'text' },
  'require-sub': { channel: 'text' },
  'filter-fault': { filter: 'text', fault: 'cause' },
  'content-filters-differ': { wanted: 'texts', have: 'texts' },
  'filter-status': { filter: 'text', status: 'number' },
  'filter-dropped': { filter: 'text' },
  /** The backend did not decide. */
  'filter-lost': { filter: 'text', why: 'cause' },
  'filter-answer-long': { max: 'number' },
  'filter-answer-compressed': { coding: 'text' },
  'filter-meta-long': { max: 'number' },
  'no-meta-url': {},
  'bad-meta-url': { url: 'text' },
  /** A response ended because a filter failed. */
  'filter-error': { why: 'cause' },
  'link-answer-long': { max: 'number' },
  // Templates.
  'not-a-directive': { directive: 'text', write: 'text' },
  'directive-without-name': { directive: 'text', write: 'text' },
  'directive-without-channel': { directive: 'text', write: 'text' },
  'no-meta': { name: 'text' },
  'id-encoding': { encoding: 'text' },
  'no-prev-id': { channel: 'text' },
  'no-id': {},
  'at-byte': { at: 'number', fault: 'cause' },
  'parenthesis-open': { at: 'number' },
  'percent-alone': { at: 'number' },
  'directive-unknown': { at: 'number' },
  'adds-too-much': { max: 'number' },
  'too-many-directives': { max: 'number' },
  'makes-too-much': { max: 'number' },
} as const

/** Links of streams. */
const ofLinks = {
  'link-failed': { why: 'cause' },
  'link-status': { status: 'number' },
  'link-in-json': {},
} as const

/** What became of a publish for a subscription. */
const ofDeliveries = {
  'answer-has-it': {},
  'only-a-hint': {},
  'response-action': { action: 'text' },
  'response-status': { status: 'number' },
  'body-patch': { fault: 'text' },
  'patches-too-much': { max: 'number' },
  /** `noBody`: why the response has none. */
  'answered-without-body': { noBody: 'cause' },
  'could-not-take': { noBody: 'cause' },
  'no-body-head': {},
  'no-body-status': { status: 'number' },
  'replaced-by-error': {},
  'follows-another': { prevId: 'text?', has: 'text?' },
  'given-up-before-filters': {},
  'over-before-filters': {},
  'earlier-first': {},
  'filter-asks': { filter: 'text' },
  'filter-decides': { filter: 'text' },
  'filter-waits-turn': { filter: 'text' },
  'link-first': {},
  /** `during`: `link` or `filter`, for which the messages waited. */
  'queue-messages': { max: 'number', during: 'text' },
  'queue-bytes': { max: 'number', during: 'text' },
  'room-full': { max: 'number' },
  'link-ended-it': {},
  'in-link-answer': {},
  'hold-ended': {},
  'no-next-link': { action: 'text' },
  'hint-on-websocket': {},
  'sent-not-utf8': {},
  'refresh-not-over-http': {},
  'control-long': { type: 'text', max: 'number' },
  'control-empty': { type: 'text' },
  'rate-waits': {},
  'rate-full': {},
  /** Milliseconds since the same id came. */
  repeated: { ago: 'number' },
  'another-waits': { prevId: 'text' },
  'channel-full': { max: 'number' },
  'items-full': { max: 'number' },
  'item-bytes-full': { max: 'number' },
  'channel-forgotten': {},
  'left-meanwhile': {},
} as const

/** What the gate did, where somebody stands at it. */
const ofTheGate = {
  'gate-paused': {},
  'gate-behind': {},
  'gate-dropped': {},
  'gate-answered': {},
  'gate-hold-ended': {},
} as const

/** A version 1 of the session file had words alone. */
const ofOldFiles = { words: { text: 'text' } } as const

/** Every cause, by its code: its arguments. */
export const causeArguments = {
  ...ofEnds,
  ...ofRequests,
  ...ofHandshakes,
  ...ofBackends,
  ...ofWebSockets,
  ...ofLimits,
  ...ofFilters,
  ...ofLinks,
  ...ofDeliveries,
  ...ofTheGate,
  ...ofOldFiles,
} as const satisfies Readonly<Record<string, Kinds>>

interface Values {
  readonly text: string
  readonly number: number
  readonly texts: readonly string[]
  readonly cause: Cause
}
type Required<K> = {
  readonly [N in keyof K as K[N] extends `${string}?` ? never : N]: K[N] extends ArgumentKind ? Values[K[N]] : never
}
type Optional<K> = {
  readonly [N in keyof K as K[N] extends `${string}?` ? N : never]?: K[N] extends `${infer A extends ArgumentKind}?`
    ? Values[A]
    : never
}

export type CauseCode = keyof typeof causeArguments
export type CauseOf<C extends CauseCode> = { readonly code: C } & Required<(typeof causeArguments)[C]> &
  Optional<(typeof causeArguments)[C]>
export type Cause = { readonly [C in CauseCode]: CauseOf<C> }[CauseCode]

/** Causes within a cause, at most. */
export const CAUSE_DEPTH_MAX = 8
