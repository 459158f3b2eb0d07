// For tests: rows from what matters in them.
import type { ExchangeRow, PublishRow } from '../../preload/views'
import { mockRow } from '../dev/mock-rows'

/** An exchange that began at 0 and whose backend took 10 ms. */
export function testExchange(change: Partial<ExchangeRow> = {}): ExchangeRow {
  return { ...mockRow(change.at ?? 0, 10, change), id: change.id ?? 1 }
}

export function testPublish(change: Partial<PublishRow> = {}): PublishRow {
  return {
    id: 1,
    at: 0,
    channel: 'counter',
    itemId: null,
    prevId: null,
    formats: ['http-response'],
    via: 'http',
    size: 100,
    delivered: 1,
    notDelivered: 0,
    missed: 0,
    waiting: 0,
    unheard: false,
    near: null,
    wentOutAt: null,
    state: 'published',
    problem: null,
    dropped: '',
    ...change,
  }
}
