import { expect, test } from 'vitest'
import { readSse } from './sse-events'

const event = (data: string, more = {}) => ({ kind: 'event', type: 'message', id: '', data, complete: true, ...more })

test.each<[string, string, unknown[]]>([
  ['nothing', '', []],
  ['a message', 'data: a\n\n', [event('a')]],
  ['lines of data, with and without a blank', 'data: a\ndata:b\ndata:  c\n\n', [event('a\nb\n c')]],
  ['all line ends', 'data: a\r\n\r\ndata: b\r\rdata: c\n\n', [event('a'), event('b'), event('c')]],
  ['a type and an id', 'event: tick\nid: 7\ndata: x\n\n', [event('x', { type: 'tick', id: '7' })]],
  ['an empty type, which is message', 'event:\ndata: x\n\n', [event('x')]],
  ['empty data, which is dispatched', 'data\n\ndata:\n\n', [event(''), event('')]],
  [
    'a comment',
    ':\n\n: keep\n: alive\n\n',
    [
      { kind: 'comment', text: '' },
      { kind: 'comment', text: 'keep\nalive' },
    ],
  ],
  ['a comment within an event', ': c\ndata: x\n\n', [{ kind: 'comment', text: 'c' }, event('x')]],
  ['a retry alone', 'retry: 3000\n\n', [{ kind: 'retry', text: '3000 ms' }]],
  ['a retry that is no number', 'retry: 3s\n\n', []],
  [
    'an event without data',
    'event: ping\n\nid: 5\n\n',
    [
      { kind: 'no data', text: 'event: ping' },
      { kind: 'no data', text: 'id: 5' },
    ],
  ],
  [
    'no type left over for the next',
    'event: ping\n\ndata: x\n\n',
    [{ kind: 'no data', text: 'event: ping' }, event('x')],
  ],
  ['unknown fields', 'foo: bar\nDATA: x\n\n', []],
  ['an id with a NUL, which does not count', 'id: a\0b\ndata: x\n\n', [event('x')]],
  ['what is not complete', 'data: a\n\ndata: b\n', [event('a'), event('b', { complete: false })]],
  ['half a line', 'data: a\n\ndata: b', [event('a'), event('b', { complete: false })]],
  ['a byte order mark', '\uFEFFdata: a\n\n', [event('a')]],
])('reads %s', (_name, text, items) => expect(readSse(text)).toEqual(items))
