import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gripOf, readInstruct } from './instruct'

describe('gripOf', () => {
  test.each<[string[], string]>([
    [[], 'none'],
    [['Content-Type', 'text/plain', 'Gripped', '1'], 'none'],
    [['grip-hold', 'response'], 'headers'],
    [['GRIP-Foo', '1'], 'headers'],
    [['content-type', 'application/grip-instruct'], 'json'],
    [['Content-Type', 'application/grip-instruct; charset=utf-8'], 'json'],
    [['Content-Type', 'application/grip-instruct;charset=utf-8', 'Grip-Hold', 'stream'], 'json'],
    [['Grip-Hold', 'stream', 'Content-Type', 'application/grip-instruct'], 'json'],
    // Of two types the first counts, as in Pushpin, which does not know these either:
    [['Content-Type', 'text/plain', 'Content-Type', 'application/grip-instruct'], 'none'],
    [['Content-Type', 'text/plain', 'Content-Type', 'application/grip-instruct', 'Grip-Hold', 'stream'], 'headers'],
    [['Content-Type', 'Application/Grip-Instruct'], 'none'],
    [['Content-Type', 'application/grip-instruct ; charset=utf-8'], 'none'],
    [['Content-Type', 'application/grip-instructions'], 'none'],
  ])('%j is %s', (headers, kind) => {
    expect(gripOf(headers)).toBe(kind)
  })
})

const json = (body: unknown, ...headers: string[]) => ({
  status: 200,
  reason: 'OK',
  headers: ['Content-Type', 'application/grip-instruct', ...headers],
  body: Buffer.from(JSON.stringify(body)),
})

describe('headers beside JSON', () => {
  test('hold, where the JSON has no hold', () => {
    const result = readInstruct(json({ response: { body: 'x' } }, 'Grip-Hold', 'response', 'Grip-Channel', 'c'))
    expect(result).toMatchObject({
      ok: true,
      from: 'json',
      instruct: { hold: { mode: 'response', channels: [{ name: 'c' }] } },
    })
  })
  test('add channels and links; the JSON has the last word for the rest', () => {
    const result = readInstruct(
      json(
        { hold: { mode: 'stream', channels: [{ name: 'b' }], timeout: 9 } },
        'Grip-Hold',
        'response',
        'Grip-Channel',
        'a',
        'Grip-Timeout',
        '30',
        'Grip-Link',
        '</n>; rel=next',
        'Grip-Status',
        '404',
      ),
    )
    expect(result).toMatchObject({
      ok: true,
      instruct: {
        hold: { mode: 'stream', timeout: 9000, channels: [{ name: 'a' }, { name: 'b' }] },
        next: { uri: '/n' },
        response: { code: 404, reason: 'Not Found', headers: [] },
      },
    })
  })
  test('are refused like without it', () => {
    expect(readInstruct(json({}, 'Grip-Timeout', 'soon'))).toMatchObject({
      ok: false,
      problems: [{ field: 'Grip-Timeout' }],
    })
  })
})

test('names at most twenty problems', () => {
  const result = readInstruct(json({ hold: { channels: Array.from({ length: 1000 }, () => ({})) } }))
  expect(!result.ok && result.problems).toHaveLength(20)
})

test('every problem has a field, a sentence and a fix', () => {
  const result = readInstruct(
    json({ hold: { mode: 1, channels: 1, timeout: [], meta: 1, 'keep-alive': 1 }, response: 1 }),
  )
  expect(!result.ok && result.problems.length).toBe(6)
  for (const { field, message, fix } of result.ok ? [] : result.problems) {
    expect(message.startsWith(field)).toBe(true)
    expect(message.endsWith('.')).toBe(true)
    expect(fix.length).toBeGreaterThan(5)
  }
})

test('takes any headers without throwing', () => {
  const name = fc.constantFrom(
    'Grip-Hold',
    'Grip-Channel',
    'Grip-Timeout',
    'Grip-Status',
    'Grip-Keep-Alive',
    'Grip-Set-Meta',
    'Grip-Link',
    'Grip-Expose-Headers',
    'X',
    'Grip-Y',
  )
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', '\\', ';', ',', '=', '<', '>', 'x', '1', ' ', 'é') }),
    fc.constantFrom('response', 'stream', 'c; prev-id=1', '</x>; rel=next', 'a="b"', 'x; format=cstring', '20'),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
      const result = readInstruct({ status: 200, reason: 'OK', headers: pairs.flat(), body: Buffer.alloc(0) })
      if (result.ok) {
        expect(result.instruct.response.headers.some((h) => /^grip-/i.test(h) && pairs.every(([, v]) => v !== h))).toBe(
          false,
        )
        expect(result.instruct.hold?.timeout ?? 5000).toBeGreaterThanOrEqual(5000)
        expect(result.instruct.hold?.keepAlive?.timeout ?? 1000).toBeGreaterThanOrEqual(1000)
      } else expect(result.problems.length).toBeGreaterThan(0)
    }),
  )
})

test('takes any JSON without throwing', () => {
  const part = fc.jsonValue({ maxDepth: 2 })
  const channel = fc.record({ name: part, 'prev-id': part, filters: part }, { requiredKeys: [] })
  const body = fc.record(
    {
      hold: fc.oneof(
        part,
        fc.record(
          { mode: part, timeout: part, channels: fc.oneof(part, fc.array(channel)), 'keep-alive': part, meta: part },
          { requiredKeys: [] },
        ),
      ),
      response: fc.oneof(
        part,
        fc.record({ code: part, reason: part, headers: part, body: part, 'body-bin': part }, { requiredKeys: [] }),
      ),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(body, part), (value) => {
      const result = readInstruct(json(value))
      if (!result.ok) expect(result.problems.length).toBeGreaterThan(0)
    }),
  )
})

test('takes any bytes without throwing', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(readInstruct({ ...json({}), body: Buffer.from(bytes) }).from).toBe('json')
    }),
  )
})
