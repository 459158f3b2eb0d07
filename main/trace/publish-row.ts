// The row of the publish history.
import type { PublishRow } from '../../preload/views'
import { causeWords } from '../grip/cause-words'
import type { PublishRecord } from './publish-state'

export function publishRow(publish: PublishRecord): PublishRow {
  const { event } = publish
  const counts = {
    delivered: publish.delivered,
    notDelivered: publish.notDelivered,
    missed: publish.missed,
    waiting: publish.waiting,
    unheard: publish.unheard,
    near: publish.near,
  }
  if (event.type === 'publish-refused') {
    return {
      id: publish.id,
      at: event.t,
      channel: '',
      itemId: null,
      prevId: null,
      formats: [],
      via: event.via,
      size: event.size,
      ...counts,
      wentOutAt: null,
      state: 'refused',
      problem: { ...event.problem },
      dropped: '',
    }
  }
  return {
    id: publish.id,
    at: event.t,
    channel: event.channel,
    itemId: event.id ?? null,
    prevId: event.prevId ?? null,
    formats: publish.formats,
    via: event.via,
    size: event.size,
    ...counts,
    wentOutAt: publish.wentOutAt,
    state: (event.waiting || publish.paused) && publish.deliveries.length === 0 ? 'waiting' : 'published',
    problem: null,
    dropped: event.dropped ? causeWords(event.dropped) : '',
  }
}
