// What passes the gate, and what may be decided about it. Plain data: the gate does not know what it is for.
import type { PublishItem } from '../../grip/publish-types'
import type { ExchangeId, PublishId, PublishVia, RawHeaders, ReceiverKind } from '../../trace/events'

/** A client's request, before a backend is asked. */
export interface PassingRequest {
  readonly what: 'request'
  readonly x: ExchangeId
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: RawHeaders
  /** Undefined: it has none, or it streams and is not known yet. A change to bytes replaces it. */
  readonly body: Buffer | undefined
}
/** A backend's answer that has an instruct, before it is understood. */
export interface PassingInstruct extends GateAnswer {
  readonly what: 'instruct'
  readonly x: ExchangeId
}
/** An item, before it has its place in the order of its channel. */
export interface PassingPublish {
  readonly what: 'publish'
  readonly p: PublishId
  readonly via: PublishVia
  readonly item: PublishItem
}
/** An item on its way to one hold. */
export interface PassingDelivery {
  readonly what: 'delivery'
  readonly x: ExchangeId
  readonly p: PublishId
  readonly kind: ReceiverKind
  readonly item: PublishItem
}
/** A message of a WebSocket, whole. */
export interface PassingMessage {
  readonly what: 'message'
  readonly x: ExchangeId
  readonly from: 'client' | 'backend'
  readonly kind: 'text' | 'binary'
  readonly data: Buffer
}
export type Passing = PassingRequest | PassingInstruct | PassingPublish | PassingDelivery | PassingMessage

/** A response in place of a backend's, or of what an instruct asks for. */
export interface GateAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: RawHeaders
  readonly body: Buffer
}

/** Only what somebody waits for can be answered: a request, an instruct, a message. */
export type AnswerTo<P extends Passing> = P extends PassingRequest | PassingInstruct
  ? GateAnswer
  : P extends PassingMessage
    ? Pick<PassingMessage, 'kind' | 'data'>
    : never

/** What becomes of a thing that was stopped. */
export type Verdict<P extends Passing> =
  | { readonly do: 'go' }
  | { readonly do: 'change'; readonly to: P }
  /** Whoever waits for it gets this, and it goes no further. */
  | { readonly do: 'answer'; readonly with: AnswerTo<P> }
  /** It goes nowhere. Whoever waits for it is disconnected. */
  | { readonly do: 'drop' }

export const GO = { do: 'go' } as const
export const DROP = { do: 'drop' } as const
