// What can happen, as typed events: the one source of everything that is shown, exported or replayed.
// The engine makes them and hands them to a sink; nothing else keeps books. They are described in the folder beside this.
import type { EndReason } from '../../preload/vocabulary/end-reasons'
import type { PublishVia, ReceiverKind } from '../../preload/vocabulary/formats'
import type { EngineEvent } from './events/engine'
import type { BodyDataEvent, ExchangeEvent } from './events/exchanges'
import type {
  DeliveryEvent,
  PublishEvent,
  PublishPausedEvent,
  PublishRefusedEvent,
  PublishReleasedEvent,
} from './events/publishes'
import type { ExchangeId, PublishId, TraceTime } from './events/terms'

export type {
  AnswerDataEvent,
  AnswerEndEvent,
  AnsweredEvent,
  BackendFailedEvent,
  BodyDataEvent,
  ClosedBy,
  EndedEvent,
  ExchangeEvent,
  HeldEvent,
  HoldMode,
  InstructEvent,
  LimitEvent,
  PausedEvent,
  PauseEnd,
  ReleasedEvent,
  RequestDataEvent,
  RequestEndEvent,
  RequestEvent,
  ResponseDataEvent,
  ResponseEvent,
  SentEvent,
  SentReason,
  SharedWith,
  Spoken,
  SubscribedEvent,
  TlsProbedEvent,
  Understood,
  UnderstoodChannel,
  UnderstoodLink,
  UnsubscribedEvent,
  WsMessageEvent,
} from './events/exchanges'
export {
  type ChangedItem,
  type DeliveryEvent,
  type FilteredBy,
  OUTCOMES,
  type Outcome,
  type OutcomeCode,
  type PublishCall,
  type PublishEvent,
  type PublishPausedEvent,
  type PublishRefusedEvent,
  type PublishReleasedEvent,
  type SentContents,
} from './events/publishes'
export type { ExchangeId, Problem, PublishId, RawHeaders, TraceTime } from './events/terms'
export type { EndReason, PublishVia, ReceiverKind }

/** Keep-alives that went out together. One event for all of them. */
export interface KeepAliveEvent {
  readonly type: 'keep-alive'
  readonly t: TraceTime
  readonly exchanges: readonly ExchangeId[]
  readonly size: number
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

export type TraceEvent =
  | ExchangeEvent
  | KeepAliveEvent
  | PublishEvent
  | PublishRefusedEvent
  | PublishPausedEvent
  | PublishReleasedEvent
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
