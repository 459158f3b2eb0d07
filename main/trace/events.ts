// What can happen, as typed events: the one source of everything that is shown, exported or replayed.
// The engine makes them and hands them to a sink; nothing else keeps books.
import type { EndReason } from '../../preload/vocabulary/end-reasons'
import type { PublishVia, ReceiverKind } from '../../preload/vocabulary/formats'
import { type OutcomeName, outcomeNames } from '../../preload/vocabulary/outcomes'
import type { EngineEvent } from './engine-events'
import type { ExchangeId, Problem, PublishId, RawHeaders, TraceTime } from './event-terms'

export type { EndReason, ExchangeId, Problem, PublishId, PublishVia, RawHeaders, ReceiverKind, TraceTime }

/** What came of one publish for one subscription. The position in this list is the code in a delivery event. */
export const OUTCOMES = outcomeNames
export type Outcome = OutcomeName
/** Index into OUTCOMES. */
export type OutcomeCode = number

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
/** A part of the body of the backend's answer, as it came: packed, where the backend packed it. */
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
  /** In plain words: what there is to be said beside the code. */
  readonly message: string
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
  /** A sentence: what became of what is over it. */
  readonly message: string
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
  /** With body `answer`: it goes on changed (unpacked, made a script); the bytes that were sent are in response-data. */
  readonly changed?: true
  /** The publish that it comes from. */
  readonly p?: PublishId
  /** It opens a WebSocket with GRIP: what the backend puts before messages for the client, and is cut off. */
  readonly messagePrefix?: string
}
/**
 * Bytes to the client that are neither the answer's as it came nor a publish's: an unpacked answer, an instruct's body, a
 * timeout response, an error page. `at` counts these alone.
 */
export interface ResponseDataEvent extends OfExchange, OfBody {
  readonly type: 'response-data'
}
/** Keep-alives that went out together. One event for all of them. */
export interface KeepAliveEvent {
  readonly type: 'keep-alive'
  readonly t: TraceTime
  readonly exchanges: readonly ExchangeId[]
  readonly size: number
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
/** The exchange is over. */
export interface EndedEvent extends OfExchange {
  readonly type: 'ended'
  readonly how: EndReason
  /** Bytes of response body written, of all kinds. */
  readonly responseSize: number
  readonly message?: string
  /** Who closed it first, where somebody did. */
  readonly by?: ClosedBy
  /** The close code that they gave. Left out: none. */
  readonly code?: number
}
/** `publish`: the action of an item. `proxy`: Gripscope by itself. */
export type ClosedBy = 'client' | 'backend' | 'publish' | 'proxy'
/** A call of the publish endpoint and its answer. */
export interface PublishCall {
  readonly method: string
  readonly path: string
  /** Bytes of the answer. */
  readonly answered: number
  /** Items, where it was accepted. */
  readonly items?: number
}
/** One item of a publish call was accepted. */
export interface PublishEvent {
  readonly type: 'publish'
  readonly t: TraceTime
  readonly p: PublishId
  readonly via: PublishVia
  readonly channel: string
  readonly id?: string
  readonly prevId?: string
  readonly meta?: Readonly<Record<string, string>>
  /** Names of its formats: the first ones. */
  readonly formatNames: readonly string[]
  /** The formats as published: JSON text (`decodeFormats`). Only looked into when shown. */
  readonly formats: Uint8Array
  /** Bytes of the item, about. */
  readonly size: number
  /** Bytes of its content for streams, where it has some. */
  readonly streamSize?: number
  /** Waits for its prev-id. */
  readonly waiting: boolean
  /** It goes nowhere, because its id came before: a sentence. */
  readonly dropped?: string
  /** The call over HTTP whose first item it is. */
  readonly call?: PublishCall
}
/** A publish call was refused as a whole. */
export interface PublishRefusedEvent {
  readonly type: 'publish-refused'
  readonly t: TraceTime
  readonly p: PublishId
  readonly via: PublishVia
  readonly status: number
  readonly problem: Problem
  /** The start of what was sent. */
  readonly data: Uint8Array
  readonly size: number
  /** Over HTTP, where it could be read that far. */
  readonly call?: PublishCall
}
/**
 * What came of a publish: one outcome for each subscription, in two parallel lists. A publish that waited has a second
 * one when it goes out. A publish to 8,000 holds is one event.
 */
export interface DeliveryEvent {
  readonly type: 'delivery'
  readonly t: TraceTime
  readonly p: PublishId
  readonly channel: string
  readonly exchanges: Uint32Array
  readonly outcomes: Uint8Array
  /** Of WebSockets that it was delivered to: the number that it has among their messages. 0: it has none. */
  readonly numbers?: Uint32Array
  /** Words for single outcomes, by position: which filter, which field. */
  readonly why?: Readonly<Record<number, string>>
  /** What was sent instead of the item's own content. Left out: all of them got that. */
  readonly made?: SentContents
  /** The gap before its prev-id was given up. */
  readonly gaveUp?: boolean
  /** By position: 1 for an exchange that is not recorded. Left out: all are. */
  readonly unrecorded?: Uint8Array
}

/** What filters, or a body-patch, made of an item's content: each distinct content once. */
export interface SentContents {
  /** By position of the delivery: which content was sent, counted from 1; 0: the item's own. */
  readonly which: Uint32Array
  /** What is kept of them, one after the other. Together they have a body's bound (`bodyLimit`). */
  readonly data: Uint8Array
  /** Of each: where it ends in `data`, and its bytes, which may be more than are kept. */
  readonly ends: Uint32Array
  readonly sizes: Uint32Array
}

/** Recording was interrupted or resumed by the user. */
export interface RecordingEvent {
  readonly type: 'recording'
  readonly t: TraceTime
  readonly on: boolean
}

/** The process has no file descriptors left (clients are disconnected unseen), or has some again. */
export interface DescriptorsEvent {
  readonly type: 'descriptors'
  readonly t: TraceTime
  readonly short: boolean
  /** How many there may be; 0: not known. */
  readonly limit: number
}

/** An error of Gripscope's own that nobody caught, and that it survived. Whose exchange it was of is not known. */
export interface FaultEvent {
  readonly type: 'fault'
  readonly t: TraceTime
  /** A line. */
  readonly message: string
  /** Where it was: the stack. */
  readonly where: string
}

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
  | InstructEvent
  | HeldEvent
  | SubscribedEvent
  | UnsubscribedEvent
  | LimitEvent
  | ResponseEvent
  | ResponseDataEvent
  | WsMessageEvent
  | EndedEvent
/** Events with a part of a body. */
export type BodyDataEvent = RequestDataEvent | AnswerDataEvent | ResponseDataEvent
export type TraceEvent =
  | ExchangeEvent
  | KeepAliveEvent
  | PublishEvent
  | PublishRefusedEvent
  | DeliveryEvent
  | RecordingEvent
  | DescriptorsEvent
  | FaultEvent
  | EngineEvent

/** What is left out while recording is paused. */
export type LeftOut = 'exchange' | 'publish'

/** Where the engine puts its events. The engine does not know who watches. */
export interface TraceSink {
  /**
   * False while recording is paused: then the events of new exchanges are not for this sink, and of new publishes only
   * those that reach an exchange which is recorded. Such an exchange is recorded to its end.
   */
  readonly recording: boolean
  /** Takes the events of exchanges and publishes that are not recorded, where somebody else wants to see them. */
  readonly unrecorded?: TraceSink
  /** Told of each exchange and publish that is not recorded, where these are counted. */
  leaveOut?(what: LeftOut): void
  /** Bytes of a single body that are kept: of its beginning and of its tail, half each. */
  readonly bodyLimit: number
  /** Milliseconds since the trace began. */
  now(): TraceTime
  /** The number of an exchange that begins now. Nobody else gets it, also not from an engine that follows. */
  nextExchange(): ExchangeId
  /** The number of an item that is published now, or of a publish call that is refused. */
  nextPublish(): PublishId
  /**
   * The first `room` bytes of `data`, copied to where the sink keeps them: for the event that is emitted next. The caller
   * may use the memory of `data` again.
   */
  keep(data: Uint8Array, room: number): Uint8Array
  emit(event: TraceEvent): void
  /** For the tail of one body: of its events, the latest stay, with `room` bytes in all. */
  tail(room: number): BodyTail
}

/** Takes the events of one body's tail. */
export interface BodyTail {
  /** Emits a copy of it: the caller may use the memory of its data again. */
  emit(event: BodyDataEvent): void
}
