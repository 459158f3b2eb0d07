import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWsControl } from './ws-control'

const parse = (value: unknown) => parseWsControl(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))

test.each<[object, object]>([
  [
    { type: 'subscribe', channel: 'c' },
    { type: 'subscribe', channel: 'c', filters: [] },
  ],
  [
    { type: 'subscribe', channel: 'c', filters: ['skip-self'], x: 1 },
    { type: 'subscribe', channel: 'c', filters: ['skip-self'] },
  ],
  [
    { type: 'unsubscribe', channel: 'c' },
    { type: 'unsubscribe', channel: 'c' },
  ],
  [{ type: 'detach' }, { type: 'detach' }],
  [
    { type: 'session', id: 's' },
    { type: 'session', id: 's' },
  ],
  [{ type: 'session', id: '' }, { type: 'session' }],
  [
    { type: 'set-meta', name: 'a', value: '' },
    { type: 'set-meta', name: 'a', value: '' },
  ],
  [
    { type: 'set-meta', name: 'a' },
    { type: 'set-meta', name: 'a' },
  ],
  [
    { type: 'keep-alive', content: 'x', timeout: 20, mode: 'interval' },
    { type: 'keep-alive', content: Buffer.from('x'), messageType: 'text', timeout: 20_000, mode: 'interval' },
  ],
  [
    { type: 'keep-alive', content: 'x', timeout: 0 },
    { type: 'keep-alive', content: Buffer.from('x'), messageType: 'text', timeout: 55_000, mode: 'idle' },
  ],
  [
    { type: 'keep-alive', 'content-bin': 'eA==', 'message-type': 'ping', mode: 'odd' },
    { type: 'keep-alive', content: Buffer.from('x'), messageType: 'ping', timeout: 55_000, mode: 'idle' },
  ],
  [
    { type: 'keep-alive', timeout: 'not looked at without content' },
    { type: 'keep-alive', messageType: 'text', timeout: 55_000, mode: 'idle' },
  ],
  [
    { type: 'send-delayed', content: 'x', timeout: '3' },
    { type: 'send-delayed', content: Buffer.from('x'), messageType: 'text', timeout: 3000 },
  ],
  [{ type: 'send-delayed' }, { type: 'send-delayed', content: Buffer.alloc(0), messageType: 'text', timeout: 1000 }],
  [{ type: 'flush-delayed' }, { type: 'flush-delayed' }],
])('takes %j', (message, control) => {
  expect(parse(message)).toEqual({ ok: true, control })
})

test.each<[unknown, string]>([
  ['{', 'control message'],
  [[], 'control message'],
  [{}, 'type'],
  [{ type: 5 }, 'type'],
  [{ type: 'dance' }, 'type'],
  [{ type: 'subscribe' }, 'channel'],
  [{ type: 'subscribe', channel: '' }, 'channel'],
  [{ type: 'subscribe', channel: null }, 'channel'],
  [{ type: 'subscribe', channel: 'c', filters: 'x' }, 'filters'],
  [{ type: 'subscribe', channel: 'c', filters: [1] }, 'filters'],
  [{ type: 'unsubscribe', channel: 5 }, 'channel'],
  [{ type: 'session', id: 5 }, 'id'],
  [{ type: 'set-meta' }, 'name'],
  [{ type: 'set-meta', name: '' }, 'name'],
  [{ type: 'set-meta', name: 'a', value: 5 }, 'value'],
  [{ type: 'keep-alive', content: 5 }, 'content'],
  [{ type: 'keep-alive', 'content-bin': 5 }, 'content-bin'],
  [{ type: 'keep-alive', content: 'x', timeout: -1 }, 'timeout'],
  [{ type: 'keep-alive', content: 'x', timeout: null }, 'timeout'],
  [{ type: 'keep-alive', content: 'x', mode: 5 }, 'mode'],
  [{ type: 'send-delayed', 'message-type': 'foo' }, 'message-type'],
])('refuses %j', (message, field) => {
  const result = parse(message)
  expect(result.ok ? 'taken' : result.problem.field).toBe(field)
  expect(!result.ok && result.problem.fix).not.toBe('')
})

test('takes any JSON and any bytes without throwing', () => {
  const message = fc.dictionary(
    fc.constantFrom(
      'channel',
      'filters',
      'id',
      'name',
      'value',
      'content',
      'content-bin',
      'timeout',
      'mode',
      'message-type',
    ),
    fc.jsonValue({ maxDepth: 1 }),
  )
  const type = fc.constantFrom(
    'subscribe',
    'unsubscribe',
    'detach',
    'session',
    'set-meta',
    'keep-alive',
    'send-delayed',
    'flush-delayed',
  )
  fc.assert(
    fc.property(message, type, fc.uint8Array(), (fields, of, bytes) => {
      const result = parse({ ...fields, type: of })
      if (result.ok) expect(result.control.type).toBe(of)
      parseWsControl(Buffer.from(bytes))
    }),
  )
})
