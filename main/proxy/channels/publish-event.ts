// The event of a publish, as the trace has it.
import type { PublishItem } from '../../grip/publish-types'
import type { PublishCall, PublishEvent } from '../../trace/events'

/** What is not in the item itself. */
export interface Published extends Pick<PublishEvent, 't' | 'p' | 'via' | 'formats' | 'waiting'> {
  /** Why it goes nowhere, if its id came before. */
  readonly dropped?: string | undefined
  readonly call?: PublishCall | undefined
}

export function publishEvent(item: PublishItem, published: Published): PublishEvent {
  const { t, p, via, formats, waiting, dropped, call } = published
  return {
    type: 'publish',
    t,
    p,
    via,
    channel: item.channel,
    ...(item.id !== undefined && { id: item.id }),
    ...(item.prevId !== undefined && { prevId: item.prevId }),
    ...(item.meta && { meta: item.meta }),
    formatNames: item.formatNames,
    formats,
    size: item.size,
    ...(item.formats.stream && { streamSize: item.formats.stream.content.length }),
    waiting,
    ...(dropped !== undefined && { dropped }),
    ...(call && { call }),
  }
}
