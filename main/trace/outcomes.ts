// What came of a publish for a subscription, as a row with a sentence that says why.
import type { OutcomeRow } from '../../preload/views'
import { causeWords } from '../grip/cause-words'
import type { OutcomeAt } from './deliveries'
import { OUTCOMES, type Outcome, type PublishEvent, type ReceiverKind, type TraceTime } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceRecords } from './trace-records'

/** In place of who it is. */
const NOT_RECORDED = 'not recorded'

export function outcomeRow(model: TraceRecords, { event, index }: OutcomeAt): OutcomeRow {
  const id = event.exchanges[index] ?? 0
  const exchange = model.exchanges.get(id)
  const item = publishOf(model, event.p)
  const outcome = OUTCOMES[event.outcomes[index] ?? 0] ?? 'bad-item'
  return {
    publish: event.p,
    itemId: item?.id ?? null,
    channel: event.channel,
    exchange: id,
    kind: exchange?.kind ?? 'http',
    outcome,
    at: event.t,
    took: item ? event.t - item.t : 0,
    why: whyOf(outcome, {
      item,
      mode: exchange && modeAt(exchange, event.t),
      gaveUp: event.gaveUp ?? false,
      detail: detailAt(event, index),
    }),
    who: event.unrecorded?.[index] === 1 ? NOT_RECORDED : (exchange?.who ?? ''),
  }
}

function detailAt({ why }: OutcomeAt['event'], index: number): string | undefined {
  const cause = why?.[index]
  return cause && causeWords(cause)
}

/** What kind of hold it was then: where its request goes to the backend again, a long-poll may become a stream. */
function modeAt({ mode, formerHolds }: ExchangeRecord, t: TraceTime): ReceiverKind | undefined {
  return formerHolds?.some(([from, to]) => from <= t && t <= to) ? 'response' : mode
}

export function publishOf(model: Pick<TraceRecords, 'publishes'>, p: number): PublishEvent | undefined {
  const event = model.publishes.get(p)?.event
  return event?.type === 'publish' ? event : undefined
}

export interface Reason {
  readonly item: PublishEvent | undefined
  readonly mode: ReceiverKind | undefined
  /** The item waited for its prev-id in vain. */
  readonly gaveUp: boolean
  /** What the engine said about this one. */
  readonly detail: string | undefined
}

/** A sentence in plain words for every outcome. */
export function whyOf(outcome: Outcome, reason: Reason): string {
  const { item, mode, detail } = reason
  switch (outcome) {
    case 'delivered':
      return detail ?? deliveredText(reason)
    case 'no-format':
      return `item has ${formatsText(item)} only; this hold is ${MODES[mode ?? 'unknown']}`
    case 'filtered':
      return detail ?? 'a filter of the subscription dropped it'
    case 'waiting':
      return detail ?? `came before its prev-id ${item?.prevId ?? ''}; waits for it`
    case 'too-late':
      return detail ?? 'the hold had just been answered or was being replaced'
    case 'asked-again':
      return `the request went to the backend again instead: ${detail ?? 'the message does not follow what this hold has'}`
    case 'closed':
      return detail ?? 'the item says close: the connection was ended'
    case 'client-slow':
      return detail ?? 'the client reads too slowly: its buffer was full and the connection was cut'
    case 'bad-item':
      return detail ?? "the item's format could not be used for this hold"
    case 'no-body':
      return detail ?? 'could not take it: its response has no body'
    case 'repeated':
      return detail ?? 'dropped: this id came a short while ago on this channel'
    case 'dropped':
      return detail ?? 'dropped at the gate'
    case 'rate-limited':
      return detail ?? 'too many messages for this connection: over message_rate or message_hwm'
  }
}

const MODES: Readonly<Record<ReceiverKind | 'unknown', string>> = {
  response: 'a response hold',
  stream: 'a stream',
  websocket: 'a WebSocket',
  unknown: 'of another kind',
}

function deliveredText({ item, mode, gaveUp }: Reason): string {
  if (gaveUp) return `sent without its prev-id ${item?.prevId ?? ''}, which never came`
  if (item?.paused) return 'waited at the gate, then sent'
  if (item?.waiting) return `came before its prev-id ${item.prevId ?? ''}; sent when that arrived`
  return mode === 'response' ? 'answered the held request' : 'written to the connection'
}

function formatsText(item: PublishEvent | undefined): string {
  const names = item?.formatNames ?? []
  return names.length === 0 ? 'no known format' : names.join(' and ')
}
