// Events of one exchange, in the order in which they may come.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { EndReason } from '../../../preload/vocabulary/end-reasons'
import type { ReceiverKind } from '../../../preload/vocabulary/formats'
import type { ExchangeId, Problem, PublishId, RawHeaders, TraceTime } from './terms'

export type HoldMode = 'response' | 'stream'

interface OfExchange {
  readonly t: TraceTime
  readonly x: ExchangeId
}
/** What a backend says. */
interface OfAnswer extends OfExchange {
  /** To a filter, which asks while other answers may be under way. */
  readonly filter?: true
}

/** A request's head has been read from a client. */
export interface RequestEvent extends OfExchange {
  readonly type: 'request'
  readonly method: string
  /** Path and query, byte for byte as asked. */
  readonly url: string
  readonly httpVersion: string
  readonly headers: RawHeaders
  /** Address and port of the client. */
  readonly client: string
  readonly secure: boolean
  /** The exchange that this one replays. */
  readonly replayOf?: ExchangeId
  /** It could not be read: the rest is what was understood, and its bytes are in request-data, head and all. */
  readonly unread?: true
}
/**
 * A part of a body. Of a body that is longer than the body limit, its beginning is kept and the latest part of the rest,
 * its tail: what lies between is not.
 */
interface OfBody {
  readonly data: Uint8Array
  /** Bytes of the body that came before it. Where it is not given: the part follows the one before it. */
  readonly at?: number
  /** It is of the tail: it loses its bytes, and goes, when newer ones have come. */
  readonly tail?: true
}
/** A part of the request's body came in. */
export interface RequestDataEvent extends OfExchange, OfBody {
  readonly type: 'request-data'
}
/** The request's body is complete. Only where there was one. */
export interface RequestEndEvent extends OfExchange {
  readonly type: 'request-end'
  readonly size: number
}
/** A route was chosen and the request goes to a target. One for each try and each time the request goes to the backend again. */
export interface SentEvent extends OfExchange {
  readonly type: 'sent'
  /** The route as written in the routes file. */
  readonly route: string
  readonly target: string
  readonly method: string
  readonly url: string
  readonly headers: RawHeaders
  /** Why it is asked: the client's request, another target, or the proxy by itself. */
  readonly why: SentReason
  /** Body, where it is the proxy's own (asking again, WebSocket events); the client's body is in request-data. */
  readonly body?: Uint8Array
  /** Of a filter: the publish that it asks about. */
  readonly p?: PublishId
  /** A link that the backend is not asked for this exchange: it gets the answer to the request of another one. */
  readonly shared?: SharedWith
}
/** Whose request it was that a link got its answer from. */
export interface SharedWith {
  readonly x: ExchangeId
  /** Path and query that were asked. */
  readonly url: string
}
export type SentReason =
  | 'request'
  | 'failover'
  | 'stale-connection'
  | 'retry'
  | 'id-mismatch'
  | 'subscribed'
  | 'recover'
  | 'hint'
  | 'next'
  | 'gone'
  | 'refresh'
  | 'websocket'
  | 'filter'
/** The head of the backend's answer. */
export interface AnsweredEvent extends OfAnswer {
  readonly type: 'answered'
  readonly status: number
  readonly reason: string
  readonly headers: RawHeaders
}
/** A part of the body of the backend's answer, as it came: compressed, where the backend compressed it. */
export interface AnswerDataEvent extends OfAnswer, OfBody {
  readonly type: 'answer-data'
}
/** The body of the backend's answer is complete. */
export interface AnswerEndEvent extends OfAnswer {
  readonly type: 'answer-end'
  readonly size: number
}
/** The backend could not be asked, or broke off. */
export interface BackendFailedEvent extends OfAnswer {
  readonly type: 'backend-failed'
  readonly target: string
  /** System or client error code, such as ECONNREFUSED. */
  readonly code: string
  /** Why, with what is known of it beside the code. */
  readonly cause: Cause
  /** True if another try follows. */
  readonly again: boolean
}
/**
 * A plain connection to a backend ended without a byte, so it was said hello to in TLS: what came. It follows the failure, after
 * the end of the exchange mostly.
 */
export interface TlsProbedEvent extends OfAnswer {
  readonly type: 'tls-probed'
  readonly target: string
  readonly spoken: Spoken
}
/**
 * Nothing listens on a loopback address; on the other family's, the same port is taken. It follows the failure, after the end of
 * the exchange mostly.
 */
export interface ListensBesideEvent extends OfAnswer {
  readonly type: 'listens-beside'
  readonly target: string
  /** Where a connection was taken, such as `[::1]:8000`. */
  readonly listens: string
}
/** `tls`: a record of TLS. `other`: bytes that are none. `nothing`: it closed, refused, or said nothing in time. */
export type Spoken = 'tls' | 'other' | 'nothing'
/** The backend's instruct was read: accepted, or refused with what is wrong in it. */
export interface InstructEvent extends OfExchange {
  readonly type: 'instruct'
  readonly from: 'headers' | 'json'
  readonly problems: readonly Problem[]
  readonly accepted: boolean
  /** What the engine acts on. Left out: it was refused. */
  readonly understood?: Understood
  /** What is kept of its response's body, where it is not the body of the answer, uncompressed. */
  readonly body?: Uint8Array
}
/** An instruct as the engine understood it. Channels are named as in the instruct, without the route's prefix. */
export interface Understood {
  readonly hold?: {
    readonly mode: HoldMode
    /** Milliseconds. */
    readonly timeout: number
    /** Milliseconds that were asked for, where the timeout was raised to the least there is. */
    readonly raisedFrom?: number
    readonly channels: readonly UnderstoodChannel[]
    readonly keepAlive?: {
      readonly content: Uint8Array
      /** Milliseconds. */
      readonly timeout: number
      readonly mode: 'idle' | 'interval'
    }
  }
  readonly response: { readonly code: number; readonly reason: string; readonly headers: RawHeaders }
  readonly meta: Readonly<Record<string, string>>
  readonly next?: UnderstoodLink
  readonly gone?: UnderstoodLink
}
export interface UnderstoodChannel {
  readonly name: string
  readonly prevId?: string
  readonly filters: readonly string[]
}
export interface UnderstoodLink {
  readonly uri: string
  /** Milliseconds without data until it is requested. */
  readonly timeout: number
}
/** The exchange is held. Another one for the same exchange replaces the hold. */
export interface HeldEvent extends OfExchange {
  readonly type: 'held'
  readonly mode: ReceiverKind
  /** Milliseconds until the timeout response; 0: none. */
  readonly timeout: number
  /** Milliseconds between keep-alives; 0: none. */
  readonly keepAlive: number
  readonly meta?: Readonly<Record<string, string>>
  readonly next?: string
}
/** The exchange listens to a channel. */
export interface SubscribedEvent extends OfExchange {
  readonly type: 'subscribed'
  readonly channel: string
  readonly prevId?: string
  readonly filters?: readonly string[]
}
export interface UnsubscribedEvent extends OfExchange {
  readonly type: 'unsubscribed'
  readonly channel: string
}
/** A limit was reached, and the exchange goes on without what is over it. Limits that end it are told by its end. */
export interface LimitEvent extends OfExchange {
  readonly type: 'limit'
  /** Its name in the settings. */
  readonly limit: string
  /** What became of what is over it. */
  readonly cause: Cause
}
/** The head of the response goes to the client. */
export interface ResponseEvent extends OfExchange {
  readonly type: 'response'
  readonly status: number
  readonly reason: string
  readonly headers: RawHeaders
  /** Where its body comes from: the backend's answer as it streams, the proxy (response-data), or a publish. */
  readonly body: 'answer' | 'own' | 'publish'
  /** It opens a WebSocket. Its status is 101, by HTTP/2 it is 200. */
  readonly opens?: true
  /** With body `answer`: it goes on changed (decompressed, made a script); the bytes that were sent are in response-data. */
  readonly changed?: true
  /** The publish that it comes from. */
  readonly p?: PublishId
  /** It opens a WebSocket with GRIP: what the backend puts before messages for the client, and is cut off. */
  readonly messagePrefix?: string
}
/**
 * Bytes to the client that are neither the answer's as it came nor a publish's: a decompressed answer, an instruct's body, a
 * timeout response, an error page. `at` counts these alone.
 */
export interface ResponseDataEvent extends OfExchange, OfBody {
  readonly type: 'response-data'
}
/** A WebSocket message or control frame, or an event exchanged over HTTP. */
export interface WsMessageEvent extends OfExchange {
  readonly type: 'ws-message'
  readonly from: 'client' | 'backend' | 'proxy'
  readonly kind: 'open' | 'text' | 'binary' | 'ping' | 'pong' | 'close' | 'disconnect' | 'control'
  /** Of a close: its code and reason as text. */
  readonly data: Uint8Array
  /** Of a close: its code. Left out: it has none. */
  readonly code?: number
  /** Bytes of the whole message, which may be more than was kept. */
  readonly size: number
  /** Did it go on to the other side? */
  readonly passed: boolean
  /** Its number among all messages of its WebSocket, those of publishes too: from 1. It stays, whatever leaves memory. */
  readonly number: number
  /** Up to and with it: the client's messages (text and binary), their bytes, and what went to the client. */
  readonly messagesIn: number
  readonly bytesIn: number
  readonly messagesOut: number
}
/** Something of the exchange was stopped at the gate, and waits to be let go, changed, answered or dropped. */
export interface PausedEvent extends OfExchange {
  readonly type: 'paused'
  /** Its number: the event of its end has the same. */
  readonly pause: number
  readonly what: 'request' | 'instruct' | 'delivery' | 'message'
  /** Of a delivery: the publish. */
  readonly p?: PublishId
  /** Of a message: who sent it. */
  readonly from?: 'client' | 'backend'
}
/** It waits no more. */
export interface ReleasedEvent extends OfExchange {
  readonly type: 'released'
  readonly pause: number
  readonly how: PauseEnd
}
/** `over`: what it was for is over. `full`: it went unchanged, because too much waited. */
export type PauseEnd = 'unchanged' | 'changed' | 'answered' | 'dropped' | 'over' | 'full'
/** The exchange is over. */
export interface EndedEvent extends OfExchange {
  readonly type: 'ended'
  readonly how: EndReason
  /** Bytes of response body written, of all kinds. */
  readonly responseSize: number
  /** Why. */
  readonly cause?: Cause
  /** What was odd before its end. */
  readonly noted?: Cause
  /** Who closed it first, where somebody did. */
  readonly by?: ClosedBy
  /** The close code that they gave. Left out: none. */
  readonly code?: number
}
/** `publish`: the action of an item. `proxy`: Gripscope by itself. */
export type ClosedBy = 'client' | 'backend' | 'publish' | 'proxy'

export type ExchangeEvent =
  | RequestEvent
  | RequestDataEvent
  | RequestEndEvent
  | SentEvent
  | AnsweredEvent
  | AnswerDataEvent
  | AnswerEndEvent
  | BackendFailedEvent
  | TlsProbedEvent
  | ListensBesideEvent
  | InstructEvent
  | HeldEvent
  | SubscribedEvent
  | UnsubscribedEvent
  | LimitEvent
  | ResponseEvent
  | ResponseDataEvent
  | WsMessageEvent
  | PausedEvent
  | ReleasedEvent
  | EndedEvent
/** Events with a part of a body. */
export type BodyDataEvent = RequestDataEvent | AnswerDataEvent | ResponseDataEvent
