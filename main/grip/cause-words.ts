// The sentences of causes (preload/vocabulary/causes.ts): the only place that makes them. Some go to clients too, as
// Pushpin's own words, or in debug mode.
import type { Cause, CauseCode, CauseOf } from '../../preload/vocabulary/causes'
import { wordsOfCode } from './error-words'
import { failureSentence } from './failure-words'
import { parserFaultText } from './parser-fault-words'
import { handshakeReason, tlsFailureWords } from './tls-words'
import { eventsContentType } from './ws-events'

type Words = { readonly [C in CauseCode]: (cause: CauseOf<C>) => string }
/** Characters of a value from outside. */
const SHOWN = 60
const TAKE_SSL_OFF = 'take ssl off the target'
const NAME_IDENTITY = 'name one with client_cert and client_key after the target'

const words: Words = {
  // Ends.
  'no-route': ({ host, url }) => `No route for ${host}${url}.`,
  'events-from-client': () => 'Client not allowed to send WebSocket events directly.',
  'too-large-to-hold': () => 'Request too large to accept GRIP instruct.',
  'instruct-too-large': ({ max }) => `GRIP instruct response too large: more than ${max} bytes`,
  'instruct-refused': ({ field, message }) => `${field}: ${message}`,
  'client-slow': ({ max }) => `more than ${max} bytes waited for the client to read them`,
  'client-protocol': ({ fault, close }) => `the client broke the protocol: ${causeWords(fault)} (closed with ${close})`,
  'proxy-stopped': () => 'Service Unavailable: the proxy was stopped.',
  'left-in-head': () => 'the connection closed in the middle of a request head',
  'whole-with-head': ({ noBody }) => `${causeWords(noBody)}, so that it is whole with its head`,
  unsendable: ({ error }) => `the response can't be sent: ${wordsOfCode(error)}`,
  'bad-status': ({ status }) => `The status ${status} can't be sent to a client.`,
  'prev-id-without-link': ({ channel }) => `channel '${channel}' specifies prev-id, but no next link found`,

  // Requests.
  unreadable: ({ status, fault }) => parserFaultText(status, fault),
  'head-too-long': ({ max }) =>
    `Request Header Fields Too Large: headers: more than ${max} bytes before the body (requestHeadMax). Send shorter ones.`,
  'http-version': ({ version }) =>
    `Bad Request: version: HTTP/${version} is not supported on this connection. Send HTTP/1.1.`,
  'content-length': ({ length }) =>
    `Payload Too Large: Content-Length: ${length} bytes are over the limit. Send less, or use chunks.`,
  'transfer-coding': ({ coding }) =>
    `Not Implemented: Transfer-Encoding: "${coding}" is not supported. Send chunked alone.`,
  'forward-proxy': () => 'Not Implemented: method: CONNECT is for forward proxies; this one is in front of a backend',
  'bad-jsonp': ({ field, message, fix }) =>
    `Bad Request: ${field}: ${[message, fix]
      .filter((part) => part !== '')
      .map(withStop)
      .join(' ')}`,
  'ws-method': () => 'A WebSocket handshake uses GET.',
  'ws-key': () => 'The header Sec-WebSocket-Key is missing.',
  'ws-version': ({ version }) => `Only version ${version} of WebSockets is supported (Sec-WebSocket-Version).`,
  'sockjs-unknown': () => 'Not Found',
  'sockjs-sessions': ({ max }) => `${max} SockJS sessions are open already (sockjsSessionMax)`,
  'sockjs-body': ({ max }) => `the request is longer than ${max} bytes (sockjsBodyMax)`,

  // TLS handshakes of clients.
  'handshake-plain-http': () => 'a plain HTTP request came to the TLS port: the address must begin with https://',
  'handshake-untrusted': () => 'the client does not trust the certificate: its authority must be trusted there first',
  'handshake-expired': () => 'the client says that the certificate has expired',
  'handshake-old': () => 'the client speaks an old version of TLS: use 1.2 or newer',
  'handshake-alert': ({ alert }) => `the TLS handshake failed: the client sent the alert ${alert}`,
  'handshake-reason': ({ reason }) =>
    `the TLS handshake failed: client and proxy did not agree (${handshakeReason(reason)})`,
  'handshake-failed': ({ error }) => `the TLS handshake failed: ${wordsOfCode(error)}`,

  // Backends.
  'no-target': ({ tried, more, why }) =>
    `Unable to connect to any targets. Tried: ${tried.join(', ')}${more > 0 ? ` and ${more} more` : ''}${why ? `; ${causeWords(why)}` : ''}`,
  'request-failed': ({ target, why }) => `Request to ${target} failed: ${causeWords(why)}`,
  'backend-failure': ({ target, error, addresses }) => failureSentence(target, { code: error, addresses }),
  'no-descriptors': () =>
    'Gripscope has no file descriptor left for a connection to the backend. Raise the limit (ulimit -n 65536), and start it again.',
  'tls-silent': () =>
    `the backend closed the TLS connection without an answer. If it speaks plain HTTP, ${TAKE_SSL_OFF}. Some backends do this if they want a client certificate: ${NAME_IDENTITY}.`,
  'tls-name': ({ wanted, names }) =>
    `TLS with the backend failed: its certificate is for another name. ${namesText(wanted, names)}Set host= after the target to a name that it has, or trust_connect_host, or insecure.`,
  'tls-not-spoken': () => 'TLS with the backend failed: it does not speak TLS on that port. Take ssl off the target.',
  'tls-failed': ({ error }) => `TLS with the backend failed: ${tlsFailureWords(error)}`,
  'tls-alert': ({ alert }) => `TLS with the backend failed: it ended the handshake with the alert ${alert}.`,
  'backend-speaks-tls': () =>
    'the backend speaks TLS on that port, but the request came without it. Put ssl after the target.',
  'backend-tls': ({ place }) => `The backend at ${place} speaks TLS, and the route says plain HTTP.`,
  'internal-address': ({ host }) =>
    `the target is untrusted, and ${host} is an internal address: the proxy does not connect to it, nor does Pushpin. Remove untrusted from the target.`,
  'backend-coding': ({ coding }) =>
    `its Transfer-Encoding '${coding}' is not supported: only chunked is. Name the coding in Content-Encoding.`,
  'backend-reason': () => 'its reason phrase has a control character: write it on one line, without any.',
  'handshake-timeout': () => 'the backend did not answer the handshake',
  'filter-timeout': ({ ms }) => `the backend did not answer within ${ms / 1000} s`,
  'cannot-uncompress': ({ error }) => `The answer cannot be uncompressed: ${wordsOfCode(error)}`,
  'ws-answered': ({ status, reason }) => `the backend answered ${status} ${reason}`.trimEnd(),
  'ws-answered-success': ({ status, reason }) =>
    `${`the backend answered ${status} ${reason}`.trimEnd()}: sent as 502, for by HTTP/2 a success opens the WebSocket`,
  'ws-no-close': () => 'the backend ended the connection without a close',
  'ws-broken': ({ fault }) => `the backend broke the protocol: ${causeWords(fault)}`,
  'rejection-headers': ({ names }) =>
    `as behind Pushpin, the rejection goes on without its headers (${names.join(', ')})`,

  // WebSockets.
  'events-content-type': ({ status, type }) =>
    `the backend answered ${status} ${type || 'without a content type'} instead of ${eventsContentType}`,
  'events-no-open': ({ first }) =>
    first === '' ? 'no OPEN event in the answer' : `the first event is ${first}, not OPEN`,
  'events-second-open': ({ lost }) => `a second OPEN event${lostText(lost)}`,
  'events-unanswered-close': ({ lost }) => `the backend did not answer the CLOSE event${lostText(lost)}`,
  'events-disconnect': ({ lost }) => `the backend disconnected${lostText(lost)}`,
  'events-framing': ({ field, message }) => `${field}: ${message}`,
  'events-miscounted': ({ message }) => message,
  'events-too-long': ({ max }) => `the backend's answer is longer than ${max} bytes (webSocketAnswerMax)`,
  'events-accepted-more': ({ accepted, sent }) =>
    `Content-Bytes-Accepted: ${accepted} is more than the ${sent} bytes that were sent`,
  'events-accepted-nothing': () => 'the backend accepts nothing of what does not fit into one request',
  'events-close-not-accepted': () => 'the backend did not accept the close',
  'frame-reserved-bit': () => 'a reserved bit is set',
  'frame-masked': () => 'a frame of a server is masked',
  'frame-not-masked': () => 'a frame is not masked',
  'frame-control-long': ({ max }) => `a control frame is longer than ${max} bytes`,
  'frame-control-fragmented': () => 'a control frame is fragmented',
  'frame-opcode': ({ opcode }) => `opcode ${opcode} is reserved`,
  'frame-continuation': () => 'a continuation follows no message',
  'frame-interrupted': () => 'a message begins before the last one has ended',
  'frame-message-long': ({ max }) => `a message is longer than ${max} bytes`,
  'frame-not-utf8': () => 'a text message is not valid UTF-8',
  'frame-half-code': () => 'a close frame has half a code',
  'frame-close-code': ({ close }) => `${close} is not a close code`,
  'frame-reason-not-utf8': () => 'the reason of a close is not valid UTF-8',
  'sockjs-not-a-list': () => 'no JSON array of strings',
  'close-reason-long': ({ max }) => `the reason of the close is longer than the ${max} bytes of a frame`,
  'close-code': ({ close }) => `${close} is not a close code: clients treat the frame as broken`,
  'text-not-utf8': ({ p, channel }) =>
    `${p === undefined ? 'a text message of the backend' : `the text of publish #${p} (channel ${channel ?? ''})`} is not valid UTF-8 (1007)`,

  // Limits.
  'links-wait': ({ max, target }) => `${max} links are being fetched from ${target}: this one waits for its turn`,
  'meta-full': ({ names, characters }) =>
    `meta is left out: a connection has ${names} names and ${characters} characters of it at most`,
  'events-wait': ({ max }) =>
    `${max} bytes of events wait for the backend: until then, the proxy reads no more from the client`,
  'rejection-cut': ({ max }) => `of the rejection's body only ${max} bytes go on`,
  'channel-left-out': ({ channel, max }) =>
    `channel '${channel}' is left out: the connection listens to ${max} already`,

  // Filters.
  'skip-self': ({ user }) => `skip-self: ${short(user)} sent it.`,
  'skip-users': ({ user }) => `skip-users: ${short(user)} is in skip_users.`,
  'require-sub': ({ channel }) => `require-sub: it does not listen to ${short(channel)} as well.`,
  'filter-fault': ({ filter, fault }) => `${filter}: ${causeWords(fault)}.`,
  'content-filters-differ': ({ wanted, have }) =>
    `Its content-filters are ${listed(wanted)}, those of the subscription ${listed(have)}.`,
  'filter-status': ({ filter, status }) => `${filter}: the backend answered ${status}, not 200 or 204.`,
  'filter-dropped': ({ filter }) => `${filter}: the backend dropped it.`,
  'filter-lost': ({ filter, why }) => `${filter}: ${withStop(causeWords(why))}`,
  'filter-answer-long': ({ max }) => `the backend's answer is longer than ${max} bytes`,
  'filter-answer-compressed': ({ coding }) => `the backend's answer cannot be uncompressed (${coding})`,
  'filter-meta-long': ({ max }) =>
    `the meta of connection and item is longer than the ${max} characters that go into headers`,
  'no-meta-url': () => 'the connection has no meta url',
  'bad-meta-url': ({ url }) => `its meta url cannot be used: ${url}`,
  'filter-error': ({ why }) => `filter error: ${causeWords(why)}`,
  'link-answer-long': ({ max }) => `the next link returned more than ${max} bytes, which are filtered as a whole`,
  'not-a-directive': ({ directive, write }) => `${directive} is not a directive: write ${write}`,
  'directive-without-name': ({ directive, write }) => `${directive} has no name: write ${write}`,
  'directive-without-channel': ({ directive, write }) => `${directive} has no channel: write ${write}`,
  'no-meta': ({ name }) => `there is no meta ${short(name)}`,
  'id-encoding': ({ encoding }) => `id_encoding ${short(encoding)} is unknown; use hex`,
  'no-prev-id': ({ channel }) => `channel ${short(channel)} of id_format has no prev-id`,
  'no-id': () => 'there is no id for %I',
  'at-byte': ({ at, fault }) => `${causeWords(fault)} (at byte ${at})`,
  'parenthesis-open': ({ at }) => `the parenthesis at byte ${at} is never closed`,
  'percent-alone': ({ at }) => `there is not a directive after the % at byte ${at}`,
  'directive-unknown': ({ at }) => `the directive at byte ${at} is unknown: write %% for a percent`,
  'adds-too-much': ({ max }) => `it would add more than ${max} bytes to the message`,
  'too-many-directives': ({ max }) => `more than ${max} directives would be replaced for one message`,
  'makes-too-much': ({ max }) => `more than ${max} bytes would be made of one message`,

  // Links.
  'link-failed': ({ why }) => `Failed to retrieve next link: ${causeWords(why)}`,
  'link-status': ({ status }) => `the link answered ${status}`,
  'link-in-json': () =>
    'the next link of a stream answered with an instruct in JSON, which went to the client as it is',

  // Deliveries.
  'answer-has-it': () => 'the request is about to go to the backend again: the answer will have what was missed',
  'only-a-hint': () => 'the item is only a hint that there is news',
  'response-action': ({ action }) => `http-response has no action ${action}: answer with a response instead`,
  'response-status': ({ status }) => `http-response.code ${status} can't be sent to a client`,
  'body-patch': ({ fault }) => `body-patch: ${fault}`,
  'patches-too-much': ({ max }) => `body-patch: more than ${max} bytes would be patched for one message`,
  'answered-without-body': ({ noBody }) => `answered the held request without the item's body: ${causeWords(noBody)}`,
  'could-not-take': ({ noBody }) => `could not take it: ${causeWords(noBody)}`,
  'no-body-head': () => 'a response to HEAD has no body',
  'no-body-status': ({ status }) => `a response with status ${status} has no body`,
  'replaced-by-error': () => 'it was replaced by an error page',
  'follows-another': ({ prevId, has }) => `the message follows ${idText(prevId)}, this hold has ${idText(has)}`,
  'given-up-before-filters': () => 'the subscription was given up before its filters had decided',
  'over-before-filters': () => 'the hold was over before its filters had decided',
  'earlier-first': () => 'the backend decides about an earlier message first',
  'filter-asks': ({ filter }) => `${filter} asks the backend, which decides`,
  'filter-decides': ({ filter }) => `${filter}: the backend decides`,
  'filter-waits-turn': ({ filter }) => `${filter}: over filterRate, it waits for its turn`,
  'link-first': () => 'the next link is being fetched; the message follows its answer',
  'queue-messages': ({ max, during }) => `more than ${max} messages came while ${duringText(during)}`,
  'queue-bytes': ({ max, during }) =>
    `more than ${max} bytes of messages came while ${duringText(during)} (clientBufferMax)`,
  'room-full': ({ max }) => `${max} bytes of messages wait for links and filters already`,
  'link-ended-it': () => 'the next link has ended this subscription',
  'in-link-answer': () => "the next link's answer already went beyond it",
  'hold-ended': () => 'the hold ended',
  'no-next-link': ({ action }) => `the item says ${action}, but this hold has no next link`,
  'hint-on-websocket': () => 'a hint has no effect on a WebSocket: use send or refresh',
  'sent-not-utf8': () => 'written to the connection, but its text is not valid UTF-8: clients close with 1007',
  'refresh-not-over-http': () => 'only a WebSocket over HTTP can be refreshed',
  'control-long': ({ type, max }) => `a ${type} has ${max} bytes at most`,
  'control-empty': ({ type }) =>
    `a ${type} without content is not sent (Pushpin does the same): give content, which may be ""`,
  'rate-waits': () => 'over message_rate: it waits for its turn',
  'rate-full': () => 'over message_rate, and the queue is full (message_hwm, or 64 MiB): dropped',
  repeated: ({ ago }) => `dropped: this id came already ${spanText(ago)} ago on this channel`,
  'another-waits': ({ prevId }) => `Another item waits for id ${short(prevId)} already.`,
  'channel-full': ({ max }) => `${max} items of this channel wait already.`,
  'items-full': ({ max }) => `${max} items wait already.`,
  'item-bytes-full': ({ max }) => `${max} bytes of items would wait.`,
  'channel-forgotten': () => 'Nobody listens any more.',
  'left-meanwhile': () => 'it stopped listening while the item went out to others',

  // The gate.
  'gate-paused': () => 'paused at the gate',
  'gate-behind': () => 'a message before it is paused at the gate',
  'gate-dropped': () => 'dropped at the gate',
  'gate-answered': () => 'answered at the gate',
  'gate-hold-ended': () => 'its hold ended while it was paused at the gate',

  words: ({ text }) => text,
}

/** The words of a cause, without a full stop unless it is a sentence that goes to the client as well. */
export function causeWords(cause: Cause): string {
  // The compiler cannot tell that the code and the words belong together.
  const say = words[cause.code] as (cause: Cause) => string
  return say(cause)
}

function lostText(lost: number): string {
  return lost > 0 ? `; the client gets none of that answer (messages: ${lost})` : ''
}

function namesText(wanted: string, names: string): string {
  if (wanted === '') return ''
  return names === '' ? `${wanted} is not in it. ` : `${wanted} is not among its names (${names}). `
}

/** A value from outside in a sentence. */
function short(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.slice(0, 100).join(', ').slice(0, 200)
}

function withStop(text: string): string {
  return text.replace(/\.?$/, '.')
}

function idText(id: string | undefined): string {
  return id === undefined ? 'no id' : `id "${short(id)}"`
}

function duringText(during: string): string {
  return during === 'link' ? 'the next link was fetched' : 'the backend decided about earlier ones'
}

function spanText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`
}
