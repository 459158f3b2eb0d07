import { expect, test } from 'vitest'
import { curlOf, emptyDraft, formatsFor, itemOf, nextId, type PublishDraft, publishDraftOf, sseFrame } from './draft'

const draft = (change: Partial<PublishDraft>): PublishDraft => ({ ...emptyDraft, channel: 'c', ...change })

test('a draft becomes an item with the formats that are on', () => {
  const item = itemOf(draft({ formats: ['http-stream'], content: 'hi\n', id: '2', prevId: '1', meta: 'sender: bob' }))
  expect(item).toEqual({
    channel: 'c',
    id: '2',
    'prev-id': '1',
    meta: { sender: 'bob' },
    formats: { 'http-stream': { content: 'hi\n' } },
  })
})

test('a response has its code and headers only where they say something', () => {
  const plain = itemOf(draft({ formats: ['http-response'], body: 'x' }))
  expect(plain.formats).toEqual({ 'http-response': { body: 'x' } })
  const full = itemOf(
    draft({ formats: ['http-response'], body: 'x', code: '404', reason: 'Gone', headers: 'A: b\nA: c' }),
  )
  expect(full.formats).toEqual({
    'http-response': {
      code: 404,
      reason: 'Gone',
      headers: [
        ['A', 'b'],
        ['A', 'c'],
      ],
      body: 'x',
    },
  })
})

test('close and hint have no content', () => {
  expect(itemOf(draft({ formats: ['http-stream', 'ws-message'], action: 'close', content: 'x' })).formats).toEqual({
    'http-stream': { action: 'close' },
    'ws-message': { action: 'close' },
  })
})

test.each([
  ['message', 'a', 'data: a\n\n'],
  ['tick', 'a\nb', 'event: tick\ndata: a\ndata: b\n\n'],
  ['', '', 'data: \n\n'],
])('event %j of %j', (name, data, frame) => expect(sseFrame(name, data)).toBe(frame))

test('an item becomes the draft that makes it again', () => {
  const item = {
    channel: 'room',
    id: '5',
    meta: { sender: 'u1' },
    formats: {
      'http-response': { code: 201, headers: [['A', 'b']], body: 'x' },
      'ws-message': { 'content-bin': 'AQI=' },
    },
  }
  expect(itemOf(publishDraftOf(item))).toEqual(item)
})

test.each([
  ['121', '122'],
  ['a-009', 'a-010'],
  ['99', '100'],
  ['x', ''],
])('the id after %s is %s', (last, next) => expect(nextId(last)).toBe(next))

test('the command for a shell survives quotes', () => {
  const item = itemOf(draft({ formats: ['http-stream'], content: "it's" }))
  expect(curlOf(item, 'http://localhost:5561/publish/')).toContain(`"content":"it'\\''s"`)
})

test('the formats are those that the listeners take, and the one of most is shown', () => {
  const kinds = (response: number, stream: number, websocket: number) =>
    formatsFor([
      { kind: 'response', held: response, reached: 0 },
      { kind: 'stream', held: stream, reached: 0 },
      { kind: 'websocket', held: websocket, reached: 0 },
    ])
  expect(kinds(0, 0, 2)).toEqual({ formats: ['ws-message'], shown: 'ws-message' })
  expect(kinds(3, 1, 0)).toEqual({ formats: ['http-response', 'http-stream'], shown: 'http-response' })
  expect(kinds(0, 0, 0).formats).toHaveLength(3)
})
