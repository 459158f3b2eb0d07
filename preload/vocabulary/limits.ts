// The limits of the engine, each described once: default, unit, bounds, label, what is limited, Pushpin's key, and how the
// trace shows that it was reached. The order is that of the form and of docs/limits.md. Settings: settings.ts.
import { NO_LIMIT, type NumberInfo } from './setting-info'

/** The greatest time that a timer takes. */
export const LIMIT_MAX = 2 ** 31 - 1

export interface LimitInfo extends NumberInfo {
  readonly default: number
  /** What is limited, for the docs. */
  readonly about: string
  /** Its key in the section `handler` of pushpin.conf. `default`: what it is there, if it differs from ours. */
  readonly pushpin?: { readonly key: string; readonly seconds?: boolean; readonly default?: number }
  /** How the trace shows that it was reached, for the docs. */
  readonly shown: string
}

const count = { kind: 'number', unit: '', min: 1, max: LIMIT_MAX, half: true } as const
const bytes = { ...count, unit: 'bytes' } as const
const ms = { ...count, unit: 'ms' } as const

const described = {
  subscriptionMax: {
    ...count,
    default: 20,
    label: 'Channels of one connection',
    about: 'channels of one connection; more are left out',
    pushpin: { key: 'connection_subscription_max' },
    shown: 'warning of the instruct; of a WebSocket, _limit reached_ in the story',
  },
  messageRate: {
    ...count,
    default: 0,
    min: 0,
    zero: NO_LIMIT,
    label: 'Messages delivered in a second',
    about: 'messages delivered in a second; more wait',
    pushpin: { key: 'message_rate' },
    shown: 'outcome _waiting_',
  },
  messageHwm: {
    ...count,
    default: 0,
    min: 0,
    zero: NO_LIMIT,
    label: 'Messages that wait for their turn',
    about: 'messages that wait for their turn; more are dropped',
    pushpin: { key: 'message_hwm' },
    shown: 'outcome _rate-limited_',
  },
  idCacheTtl: {
    ...ms,
    default: 60_000,
    min: 0,
    zero: NO_LIMIT,
    label: 'Time in which a repeated id is dropped',
    about: 'time in which an id that comes again on its channel is dropped; 0: never',
    pushpin: { key: 'id_cache_ttl', seconds: true, default: 0 },
    shown: 'outcome _repeated_: how long ago it came',
  },
  subscriptionLinger: {
    ...ms,
    default: 60_000,
    min: 0,
    label: 'Time that a channel is remembered after its last long-poll',
    about: 'time that a channel and its last id are remembered after its last long-poll',
    pushpin: { key: 'subscription_linger', seconds: true },
    shown: '–',
  },
  clientBufferMax: {
    ...bytes,
    default: 1024 * 1024,
    label: 'Waiting for a slow client of a stream',
    about: 'what waits for a slow client, or one longer item; then it is cut off',
    shown: 'end _client-slow_',
  },
  backendTimeout: {
    ...ms,
    default: 30 * 60_000,
    min: 0,
    zero: NO_LIMIT,
    label: 'Time that a backend may send nothing',
    about: 'time that a backend which was asked may send nothing; 0: no limit',
    shown: 'backend failed, 502',
  },
  instructMax: {
    ...bytes,
    default: 100_000,
    label: 'Size of an instruct',
    about: 'size of an answer that instructs (a stream may begin with more)',
    shown: 'end _instruct-refused_, 502',
  },
  requestBodyMax: {
    ...bytes,
    default: 100_000,
    label: 'Body of a request that can be held',
    about: 'body of a request that can be held or asked again',
    shown: 'end _instruct-refused_, 400',
  },
  retryMax: {
    ...count,
    default: 5,
    min: 0,
    label: 'Retries when no backend can be reached',
    about: 'tries after one that did not reach the backend',
    shown: 'backend failed',
  },
  linkAsksMax: {
    ...count,
    default: 100,
    min: 0,
    zero: NO_LIMIT,
    label: 'Next links fetched from one backend at a time',
    about: 'next links that one backend is asked at a time, until answered; more wait',
    shown: '_limit reached_ in the story: it waits for its turn',
  },
  linkQueueMax: {
    ...count,
    default: 100,
    label: 'Messages that wait while a next link is fetched',
    about: 'messages that wait while the next link of a stream is asked',
    shown: 'outcome _rate-limited_',
  },
  webSocketMessageMax: {
    ...bytes,
    default: 100 * 1024 * 1024,
    label: 'Size of a WebSocket message',
    about: 'size of a WebSocket message',
    shown: 'close 1009',
  },
  webSocketEventsMax: {
    ...bytes,
    default: 200_000,
    label: 'WebSocket events that wait for a backend over HTTP',
    about: 'WebSocket events that wait for a backend over HTTP, and one message to it',
    shown: '_limit reached_ in the story: the client is read no further; close 1009',
  },
  webSocketAnswerMax: {
    ...bytes,
    default: 1_000_000,
    label: 'Answer of a backend to WebSocket events',
    about: 'answer of a backend to WebSocket events',
    shown: 'end _backend-failed_',
  },
  webSocketRejectionMax: {
    ...bytes,
    default: 100_000,
    label: 'Body of the answer that rejects a WebSocket',
    about: 'body with which a backend rejects a WebSocket; the rest is left out',
    shown: '_limit reached_ in the story',
  },
  filterQueueMax: {
    ...count,
    default: 100,
    label: 'Messages that wait for a filter',
    about: "messages that wait for one hold's filters",
    shown: 'outcome _rate-limited_',
  },
  filterRate: {
    ...count,
    default: 100,
    min: 0,
    zero: NO_LIMIT,
    label: 'Filter requests in a second',
    about: 'requests of filters in a second; more wait, URLs in turn',
    shown: 'outcome _waiting_',
  },
  filterTimeout: {
    ...ms,
    default: 10_000,
    label: 'Time for the answer to a filter request',
    about: 'time until a filter must be answered',
    shown: 'backend failed; outcome _filtered_',
  },
  filterAnswerMax: {
    ...bytes,
    default: 100_000,
    label: 'Answer to a filter',
    about: 'answer to `http-modify`',
    shown: 'outcome _filtered_',
  },
  sockjsBodyMax: {
    ...bytes,
    default: 100_000,
    label: 'Request of a SockJS client',
    about: 'request of a SockJS client',
    shown: 'end _bad-request_, 400',
  },
  sockjsSessionMax: {
    ...count,
    default: 20_000,
    label: 'SockJS sessions at a time',
    about: 'SockJS sessions at a time',
    shown: 'end _not-supported_, 503',
  },
  requestHeadMax: {
    ...bytes,
    default: 64 * 1024,
    min: 1000,
    label: 'Head of a request',
    about: 'head of a request',
    shown: 'end _bad-request_, 431',
  },
  publishHeadMax: {
    ...bytes,
    default: 10_000,
    min: 1000,
    label: 'Headers of a publish call',
    about: 'headers of a publish call',
    pushpin: { key: 'push_in_http_max_headers_size' },
    shown: 'refused publish, 400',
  },
  publishBodyMax: {
    ...bytes,
    default: 1_000_000,
    label: 'Body of a publish call',
    about: 'body of a publish call',
    pushpin: { key: 'push_in_http_max_body_size' },
    shown: 'refused publish, 400',
  },
  publishTimeout: {
    ...ms,
    default: 60_000,
    min: 0,
    zero: NO_LIMIT,
    label: 'Time that a publish call may take',
    about: 'time until a publish call is here whole; 0: no limit',
    shown: 'refused publish, 408',
  },
} as const satisfies Readonly<Record<string, LimitInfo>>

export type LimitName = keyof typeof described
export const limitNames = Object.keys(described) as LimitName[]
export const limitInfo: Readonly<Record<LimitName, LimitInfo>> = described

/** What each limit is if it is not set. */
export const limitDefaults = Object.fromEntries(limitNames.map((name) => [name, limitInfo[name].default])) as Readonly<
  Record<LimitName, number>
>
