import { expect, test } from 'vitest'
import type { TraceSink, WsMessageEvent } from '../../trace/events'
import { MessageCount, MessageRecord } from './message-record'

function records() {
  const events: WsMessageEvent[] = []
  const sink: TraceSink = {
    recording: true,
    bodyLimit: 1024,
    now: () => 0,
    nextExchange: () => 1,
    nextPublish: () => 1,
    keep: (data, room) => Uint8Array.from(data.subarray(0, room)),
    emit: (event) => {
      if (event.type === 'ws-message') events.push(event)
    },
    tail: () => ({ emit: () => {} }),
  }
  const count = new MessageCount()
  const of = (from: WsMessageEvent['from']) => new MessageRecord(sink, 1, from, count)
  return { events, count, client: of('client'), backend: of('backend'), proxy: of('proxy') }
}

test('messages of both sides and of publishes have numbers of one row', () => {
  const { events, count, client, backend, proxy } = records()
  backend.whole('open', Buffer.alloc(0))
  client.part('text', Buffer.from('hé'), true, true)
  expect(count.addPublished()).toBe(3)
  backend.part('binary', Buffer.from([1]), true, false)
  client.part('ping', Buffer.alloc(0), true, true)
  proxy.close(1001, 'bye')
  expect(events.map(({ number }) => number)).toEqual([1, 2, 4, 5, 6])
})

test('a message in parts has one number, that of its end', () => {
  const { events, client, backend } = records()
  client.part('text', Buffer.from('a'), false, true)
  backend.part('text', Buffer.from('between'), true, true)
  client.part('text', Buffer.from('b'), true, true)
  expect(events.map(({ number, data }) => `${number} ${Buffer.from(data)}`)).toEqual(['1 between', '2 ab'])
})

test('an event says how much there was up to it', () => {
  const { events, count, client, backend, proxy } = records()
  client.part('text', Buffer.from('abc'), true, true)
  client.part('binary', Buffer.from('de'), true, false)
  client.part('pong', Buffer.from('x'), true, true)
  backend.part('text', Buffer.from('to nobody'), true, false)
  backend.part('text', Buffer.from('to the client'), true, true)
  count.addPublished()
  proxy.whole('text', Buffer.from('later'))
  const told = events.map(({ messagesIn, bytesIn, messagesOut }) => [messagesIn, bytesIn, messagesOut])
  expect(told).toEqual([
    [1, 3, 0],
    [2, 5, 0],
    [2, 5, 0],
    [2, 5, 0],
    [2, 5, 1],
    [2, 5, 3],
  ])
})
