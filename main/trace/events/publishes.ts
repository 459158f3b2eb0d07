// Events of publishes: an item that came, a call that was refused, and the outcome for each subscription.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { PublishVia } from '../../../preload/vocabulary/formats'
import { type OutcomeName, outcomeNames } from '../../../preload/vocabulary/outcomes'
import type { PauseEnd } from './exchanges'
import type { Problem, PublishId, TraceTime } from './terms'

/** What came of one publish for one subscription. The position in this list is the code in a delivery event. */
export const OUTCOMES = outcomeNames
export type Outcome = OutcomeName
/** Index into OUTCOMES. */
export type OutcomeCode = number

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
  /** Waits at the gate first: `publish-released` says what becomes of it. */
  readonly paused?: true
  /** It goes nowhere, because its id came before. */
  readonly dropped?: Cause
  /** The call over HTTP whose first item it is. */
  readonly call?: PublishCall
}
/** An item was stopped at the gate. */
export interface PublishPausedEvent {
  readonly type: 'publish-paused'
  readonly t: TraceTime
  readonly p: PublishId
  /** Its number: the event of its end has the same. Of what waits behind: the number of what it waits for. */
  readonly pause: number
  /** It was not stopped, but waits for one of its channel that was, because order is kept. */
  readonly behind?: true
}
/** It waits at the gate no more. */
export interface PublishReleasedEvent {
  readonly type: 'publish-released'
  readonly t: TraceTime
  readonly p: PublishId
  readonly pause: number
  readonly how: PauseEnd
  /** The item as it goes on, if it was changed. */
  readonly item?: ChangedItem
  /** It waits for its prev-id now. */
  readonly waiting?: true
  /** It goes nowhere, because its id came before. */
  readonly dropped?: Cause
}
export type ChangedItem = Pick<
  PublishEvent,
  'channel' | 'id' | 'prevId' | 'meta' | 'formatNames' | 'formats' | 'size' | 'streamSize'
>
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
  /** The cause of single outcomes, by position: which filter, which field. */
  readonly why?: Readonly<Record<number, Cause>>
  /** Of those that are filtered, by position: which filter it was. */
  readonly by?: Readonly<Record<number, FilteredBy>>
  /** What was sent instead of the item's own content. Left out: all of them got that. */
  readonly made?: SentContents
  /** The gap before its prev-id was given up. */
  readonly gaveUp?: boolean
  /** An item for very many goes out in parts. Of a part: how many subscriptions it goes to after these; 0: it is the last. */
  readonly left?: number
  /** By position: 1 for an exchange that is not recorded. Left out: all are. */
  readonly unrecorded?: Uint8Array
}

/** Which filter dropped an item. */
export interface FilteredBy {
  /** Its name. `content-filters`: those of the item are not those of the subscription. */
  readonly filter: string
  /** It could not do its work. Left out: it decided so. */
  readonly failed?: true
  /** Of var-subst: the name that the connection's meta does not have. */
  readonly missing?: string
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
