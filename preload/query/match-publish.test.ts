import { expect, test } from 'vitest'
import type { PublishRow } from '../views'
import { compilePublishFilter } from './match-publish'

const row: PublishRow = {
  id: 7,
  at: 0,
  channel: 'room-lobby',
  itemId: 'n5',
  prevId: null,
  formats: ['http-stream'],
  via: 'http',
  size: 20 * 1024,
  delivered: 1,
  notDelivered: 0,
  missed: 0,
  waiting: 0,
  unheard: false,
  near: null,
  dropped: '',
  wentOutAt: null,
  state: 'published',
  problem: null,
}
const unheard: Partial<PublishRow> = { delivered: 0, unheard: true }
const refused: Partial<PublishRow> = { channel: '', delivered: 0, state: 'refused', formats: [], itemId: null }

test.each<[filter: string, change: Partial<PublishRow>, passes: boolean]>([
  ['lobby', {}, true],
  ['kitchen', {}, false],
  ['n5', {}, true],
  ['http-stream', {}, true],
  ['channel:room-*', {}, true],
  ['channel:other,room-lobby', {}, true],
  ['channel:a,b', { channel: 'a,b' }, true],
  ['channel:room', {}, false],
  ['channel:*', refused, false],
  ['id:n5', {}, true],
  ['id:n*', {}, true],
  ['id:n', {}, false],
  ['id:n', { itemId: null }, false],
  ['via:http', {}, true],
  ['via:zmq', {}, false],
  ['via:zmq', { via: 'zmq-pull' }, true],
  ['via:zmq-sub,app', { via: 'app' }, true],
  ['to:nobody', unheard, true],
  ['to:nobody', {}, false],
  ['to:nobody', { delivered: 0, notDelivered: 2 }, false],
  ['to:nobody', refused, false],
  ['to:somebody', {}, true],
  ['is:missed', unheard, true],
  ['is:missed', { notDelivered: 1, missed: 1 }, true],
  ['is:missed', { notDelivered: 1 }, false],
  ['is:missed', {}, false],
  ['is:delivered', {}, true],
  ['is:refused', refused, true],
  ['is:waiting', { state: 'waiting' }, true],
  ['size>10k', {}, true],
  ['size<10k', {}, false],
  ['-lobby', {}, false],
  ['!to:nobody', {}, true],
  ['kitchen or id:n5', {}, true],
  // These say nothing of publishes.
  ['status:5xx lobby', {}, true],
  ['is:held', {}, true],
])('%s of %j: %s', (filter, change, passes) => {
  expect(compilePublishFilter(filter)?.({ ...row, ...change }) ?? true).toBe(passes)
})

test('what the search found in its content counts', () => {
  const found = (rows: string, id: number, key: string) => rows === 'publishes' && id === 7 && key.endsWith(':rain')
  for (const filter of ['rain', 'body:rain', 'body:RAIN']) {
    expect(compilePublishFilter(filter, found)?.(row), filter).toBe(true)
    expect(compilePublishFilter(filter, found)?.({ ...row, id: 8 }), filter).toBe(false)
  }
})
