// The limits of the engine that can be set: their names, their defaults, and how they are told.

/** Limits of the engine that can be set. */
export const limitNames = [
  'subscriptionMax',
  'messageRate',
  'messageHwm',
  'idCacheTtl',
  'subscriptionLinger',
  'clientBufferMax',
  'backendTimeout',
  'instructMax',
  'requestBodyMax',
  'retryMax',
  'linkAsksMax',
  'linkQueueMax',
  'webSocketMessageMax',
  'webSocketEventsMax',
  'webSocketAnswerMax',
  'webSocketRejectionMax',
  'filterQueueMax',
  'filterRate',
  'filterTimeout',
  'filterAnswerMax',
  'sockjsBodyMax',
  'sockjsSessionMax',
  'requestHeadMax',
  'publishHeadMax',
  'publishBodyMax',
  'publishTimeout',
] as const
export type LimitName = (typeof limitNames)[number]

export interface LimitInfo {
  /** What is limited, in a few words. */
  readonly words: string
  readonly unit: 'bytes' | 'ms' | ''
  /** What it is where it is not set. */
  readonly default: number
  readonly min: number
  /** 0 means that there is no limit. */
  readonly zeroIsNone: boolean
}

const count = { unit: '', min: 1, zeroIsNone: false } as const
const bytes = { unit: 'bytes', min: 1, zeroIsNone: false } as const
const noneByDefault = { default: 0, min: 0, zeroIsNone: true } as const

export const limitInfo: Readonly<Record<LimitName, LimitInfo>> = {
  subscriptionMax: { ...count, default: 20, words: 'Channels of one connection' },
  messageRate: { ...noneByDefault, unit: '', words: 'Messages delivered in a second' },
  messageHwm: { ...noneByDefault, unit: '', words: 'Messages that wait for their turn' },
  idCacheTtl: {
    unit: 'ms',
    min: 0,
    zeroIsNone: true,
    default: 60_000,
    words: 'Time in which a repeated id is dropped',
  },
  subscriptionLinger: {
    unit: 'ms',
    min: 0,
    zeroIsNone: false,
    default: 60_000,
    words: 'Time that a channel is remembered after its last long-poll',
  },
  clientBufferMax: { ...bytes, default: 1024 * 1024, words: 'Waiting for a slow client of a stream' },
  backendTimeout: {
    unit: 'ms',
    min: 0,
    zeroIsNone: true,
    default: 30 * 60_000,
    words: 'Time that a backend may send nothing',
  },
  instructMax: { ...bytes, default: 100_000, words: 'Size of an instruct' },
  requestBodyMax: { ...bytes, default: 100_000, words: 'Body of a request that can be held' },
  retryMax: { ...count, min: 0, default: 5, words: 'Retries when no backend can be reached' },
  linkAsksMax: {
    unit: '',
    min: 0,
    zeroIsNone: true,
    default: 100,
    words: 'Next links fetched from one backend at a time',
  },
  linkQueueMax: { ...count, default: 100, words: 'Messages that wait while a next link is fetched' },
  webSocketMessageMax: { ...bytes, default: 100 * 1024 * 1024, words: 'Size of a WebSocket message' },
  webSocketEventsMax: { ...bytes, default: 200_000, words: 'WebSocket events that wait for a backend over HTTP' },
  webSocketAnswerMax: { ...bytes, default: 1_000_000, words: 'Answer of a backend to WebSocket events' },
  webSocketRejectionMax: { ...bytes, default: 100_000, words: 'Body of the answer that rejects a WebSocket' },
  filterQueueMax: { ...count, default: 100, words: 'Messages that wait for a filter' },
  filterRate: { unit: '', min: 0, zeroIsNone: true, default: 100, words: 'Filter requests in a second' },
  filterTimeout: {
    unit: 'ms',
    min: 1,
    zeroIsNone: false,
    default: 10_000,
    words: 'Time for the answer to a filter request',
  },
  filterAnswerMax: { ...bytes, default: 100_000, words: 'Answer to a filter' },
  sockjsBodyMax: { ...bytes, default: 100_000, words: 'Request of a SockJS client' },
  sockjsSessionMax: { ...count, default: 20_000, words: 'SockJS sessions at a time' },
  requestHeadMax: { ...bytes, min: 1000, default: 64 * 1024, words: 'Head of a request' },
  publishHeadMax: { ...bytes, min: 1000, default: 10_000, words: 'Headers of a publish call' },
  publishBodyMax: { ...bytes, default: 1_000_000, words: 'Body of a publish call' },
  publishTimeout: {
    unit: 'ms',
    min: 0,
    zeroIsNone: true,
    default: 60_000,
    words: 'Time that a publish call may take',
  },
}

/** The greatest time that a timer takes. */
export const LIMIT_MAX = 2 ** 31 - 1

/** What each limit is where it is not set. */
export const limitDefaults = Object.fromEntries(limitNames.map((name) => [name, limitInfo[name].default])) as Readonly<
  Record<LimitName, number>
>
