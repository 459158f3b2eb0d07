// The event of a publish, as the trace has it.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { PublishItem } from '../../grip/publish-types'
import type { ChangedItem, PublishCall, PublishEvent } from '../../trace/events'
import type { Making } from '../../trace/events/terms'

/** What is not in the item itself. */
export interface Published extends Pick<PublishEvent, 't' | 'p' | 'via' | 'formats' | 'waiting'> {
  /** Why it goes nowhere, if its id came before. */
  readonly dropped?: Cause | undefined
  readonly call?: PublishCall | undefined
}

export function publishEvent(item: PublishItem, published: Published): PublishEvent {
  const { t, p, via, formats, waiting, dropped, call } = published
  const { channel, formatNames, size } = item
  const event: Making<PublishEvent> = { type: 'publish', t, p, via, channel, formatNames, formats, size, waiting }
  if (item.id !== undefined) event.id = item.id
  if (item.prevId !== undefined) event.prevId = item.prevId
  if (item.meta) event.meta = item.meta
  if (item.formats.stream) event.streamSize = item.formats.stream.content.length
  if (dropped !== undefined) event.dropped = dropped
  if (call) event.call = call
  return event
}

/** What an event says of an item that was changed. @param formats as the trace keeps them */
export function changedItem(item: PublishItem, formats: Uint8Array): ChangedItem {
  const { channel, formatNames, size } = item
  const facts: Making<ChangedItem> = { channel, formatNames, formats, size }
  if (item.id !== undefined) facts.id = item.id
  if (item.prevId !== undefined) facts.prevId = item.prevId
  if (item.meta) facts.meta = item.meta
  if (item.formats.stream) facts.streamSize = item.formats.stream.content.length
  return facts
}
