import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeClose, decodeEvents, encodeClose, encodeEvents, type WsEvent } from './ws-events'

const decode = (text: string | Buffer) => decodeEvents(Buffer.from(text))
const bytes = (text: string) => Buffer.from(text)

test('writes events', () => {
  const events: WsEvent[] = [
    { type: 'OPEN' },
    { type: 'TEXT', content: bytes('hé') },
    { type: 'PING', content: Buffer.alloc(0) },
    { type: 'BINARY', content: Buffer.alloc(17, 'x') },
  ]
  expect(encodeEvents(events).toString()).toBe(
    `OPEN\r\nTEXT 3\r\nhé\r\nPING 0\r\n\r\nBINARY 11\r\n${'x'.repeat(17)}\r\n`,
  )
  expect(encodeEvents([]).length).toBe(0)
})

test.each<[string, WsEvent[]]>([
  ['', []],
  ['OPEN\r\n', [{ type: 'OPEN' }]],
  ['TEXT 0\r\n\r\n', [{ type: 'TEXT', content: bytes('') }]],
  ['TEXT 5\r\na\r\nb!\r\nPING\r\n', [{ type: 'TEXT', content: bytes('a\r\nb!') }, { type: 'PING' }]],
  ['TEXT A\r\n0123456789\r\n', [{ type: 'TEXT', content: bytes('0123456789') }]],
  ['TEXT 0x1\r\na\r\n', [{ type: 'TEXT', content: bytes('a') }]],
  ['TEXT  +01 \r\na\r\n', [{ type: 'TEXT', content: bytes('a') }]],
  // A last line break that is missing does no harm.
  ['TEXT 1\r\na', [{ type: 'TEXT', content: bytes('a') }]],
  ['FOO 1\r\nx\r\n', [{ type: 'FOO', content: bytes('x') }]],
])('reads %j', (text, events) => {
  expect(decode(text)).toEqual({ ok: true, events })
})

test.each<[string, string, string]>([
  ['OPEN', 'byte 0', 'no line break'],
  ['OPEN\r\nTEXT 5', 'byte 6', 'no line break'],
  ['OPEN\nTEXT 1\na\n', 'byte 0', 'no line break'],
  ['TEXT five\r\nhello\r\n', 'byte 5', 'not a length'],
  ['TEXT -1\r\nhello\r\n', 'byte 5', 'not a length'],
  ['TEXT \r\nhello\r\n', 'byte 5', 'not a length'],
  ['TEXT ffffffff\r\nx\r\n', 'byte 5', 'not a length'],
  [`${'x'.repeat(100)}\r\n`, 'byte 0', 'no line break'],
])('refuses %j at %s', (text, field, message) => {
  const result = decode(text)
  expect(result.ok ? 'taken' : result.problem.field).toBe(field)
  expect(!result.ok && result.problem.message).toContain(message)
})

test.each<[string, WsEvent[], string, string]>([
  ['TEXT 6\r\nhello', [{ type: 'TEXT', content: bytes('hello') }], 'byte 8', 'should have 6 bytes and has 5'],
  ['TEXT fffffff\r\nx\r\n', [{ type: 'TEXT', content: bytes('x\r\n') }], 'byte 14', 'and has 3'],
  [
    'TEXT 3\r\nhello\r\nPING\r\n',
    [{ type: 'TEXT', content: bytes('hel') }, { type: '' }, { type: 'PING' }],
    'byte 11',
    'no line break ends the content of TEXT',
  ],
])('takes %j as it can, and says what is odd', (text, events, field, message) => {
  expect(decode(text)).toMatchObject({
    ok: true,
    events,
    problem: { field, message: expect.stringContaining(message) },
  })
})

test('refuses more than its limit', () => {
  expect(decodeEvents(Buffer.alloc(1_000_001)).ok).toBe(false)
  expect(decodeEvents(Buffer.from('PING\r\n'), 5)).toMatchObject({ ok: false, problem: { field: 'byte 5' } })
})

describe('property', () => {
  const event = fc.record(
    {
      type: fc.constantFrom('OPEN', 'TEXT', 'BINARY', 'PING', 'PONG', 'CLOSE', 'DISCONNECT'),
      content: fc.uint8Array().map((b) => Buffer.from(b)),
    },
    { requiredKeys: ['type'] },
  )
  test('reads back what was written', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        expect(decodeEvents(encodeEvents(events))).toEqual({ ok: true, events })
      }),
    )
  })
  test('takes any bytes without throwing', () => {
    const piece = fc.constantFrom('TEXT', ' ', '5', '\r\n', 'a', '\n', '0x')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: piece }).map((s) => Buffer.from(s)),
          fc.uint8Array().map((b) => Buffer.from(b)),
        ),
        (body) => {
          decodeEvents(body)
        },
      ),
    )
  })
  test('cut anywhere, it gives the events before the cut, and says where it is cut', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1 }), fc.nat(), (events, n) => {
        const whole = encodeEvents(events)
        const result = decodeEvents(whole.subarray(0, n % whole.length))
        if (result.ok && !result.problem) expect(events.slice(0, result.events.length)).toEqual(result.events)
        else expect(result.problem?.field).toMatch(/^byte \d+$/)
      }),
    )
  })
})

test('closes have a code and a reason, or neither', () => {
  expect(encodeClose(1000, 'done')).toEqual(Buffer.from('03e8646f6e65', 'hex'))
  expect(encodeClose(undefined, 'x')).toBeUndefined()
  expect(decodeClose(Buffer.from('03e8646f6e65', 'hex'))).toEqual({ code: 1000, reason: 'done' })
  for (const content of [undefined, Buffer.alloc(0), Buffer.alloc(1)])
    expect(decodeClose(content)).toEqual({ reason: '' })
})
