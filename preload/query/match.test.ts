import { describe, expect, test } from 'vitest'
import { testExchange } from '../../renderer/testing/rows'
import type { ExchangeRow } from '../views'
import { compileFilter } from './match'

const passes = (filter: string, change: Partial<ExchangeRow>): boolean =>
  compileFilter(filter, null)?.(testExchange(change)) ?? true

const held: Partial<ExchangeRow> = {
  kind: 'long-poll',
  heldAt: 10,
  endedAt: null,
  state: 'held',
  channels: ['room-lobby'],
}

test.each<[filter: string, change: Partial<ExchangeRow>, passes: boolean]>([
  ['is:held', held, true],
  ['is:held', { ...held, endedAt: 20 }, false],
  ['is:held', { endedAt: null }, false],
  ['is:live', { endedAt: null }, true],
  ['is:done', { endedAt: 9 }, true],
  ['is:done', { endedAt: null }, false],
  ['is:waiting', { state: 'waiting' }, true],
  ['is:delivered', { delivered: 1 }, true],
  ['is:delivered', { state: 'delivered' }, true],
  ['is:missed', { missed: 2, trouble: { tone: 'attention', text: 'missed 2 publishes' } }, true],
  ['is:missed', { trouble: { tone: 'failed', text: 'WebSocket refused' } }, true],
  ['is:missed', { missed: 0 }, false],
  ['is:failed', { state: 'failed' }, true],
  ['is:timed-out', { state: 'timed-out' }, true],
  ['is:left', { state: 'client-left' }, true],
  ['is:closed', { state: 'closed' }, true],
  ['is:replayed', { replayOf: 3 }, true],
  ['is:replayed', { replayOf: null }, false],
  ['channel:room-lobby', held, true],
  ['channel:ROOM-lobby', held, true],
  ['channel:room', held, false],
  ['channel:room-*', held, true],
  ['channel:*', held, true],
  ['channel:*', { channels: [] }, false],
  ['kind:sse', { kind: 'sse' }, true],
  ['kind:stream', { kind: 'sse' }, true],
  ['kind:stream', { kind: 'stream' }, true],
  ['kind:sse', { kind: 'stream' }, false],
  ['kind:websocket', { kind: 'websocket' }, true],
  ['status:200', { status: 200 }, true],
  ['status:5xx', { status: 502 }, true],
  ['status:5xx', { status: 500 }, true],
  ['status:5xx', { status: 404 }, false],
  ['status:>=400', { status: 400 }, true],
  ['status:<400', { status: 400 }, false],
  ['status:<=400', { status: 400 }, true],
  ['status:>400', { status: null }, false],
  ['status:none', { status: null }, true],
  ['status:none', { status: 200 }, false],
  ['method:POST', { method: 'POST' }, true],
  ['method:post', { method: 'POST' }, true],
  ['method:pos', { method: 'POST' }, false],
  ['path:/Counter/', { path: '/counter/value/' }, true],
  ['path:host', { path: '/', host: 'host' }, false],
  ['counter', { path: '/counter/' }, true],
  ['econnrefused', { note: 'ECONNREFUSED' }, true],
  ['example.com', { host: 'example.com' }, true],
  ['lobby', held, true],
  ['nothing', held, false],
  ['-is:held', held, false],
  ['-lobby', { channels: [] }, true],
  ['is:held channel:other', held, false],
  ['is:failed or is:held', held, true],
  ['is:unknown lobby', held, true],
  ['!is:held', held, false],
  ['method:POST,DELETE', { method: 'DELETE' }, true],
  ['method:POST,DELETE', { method: 'GET' }, false],
  ['-method:POST,DELETE', { method: 'GET' }, true],
  ['status:404,5xx', { status: 503 }, true],
  ['status:404,5xx', { status: 403 }, false],
  ['kind:sse,websocket', { kind: 'websocket' }, true],
  ['is:held,failed', { state: 'failed' }, true],
  ['channel:a,b', { channels: ['a,b'] }, true],
  ['channel:a,b', { channels: ['b'] }, true],
  ['channel:*-lobby', held, true],
  ['channel:r*m-*y', held, true],
  ['channel:r*x*y', held, false],
  ['path:/api/*', { path: '/api/users' }, true],
  ['path:/api/*', { path: '/v1/api/users' }, false],
  ['path:*/users', { path: '/api/users' }, true],
  ['path:/a*a', { path: '/a' }, false],
  ['host:example', { host: 'api.example.com' }, true],
  ['host:*.example.com', { host: 'api.example.com' }, true],
  ['host:*.example.com', { host: 'example.com' }, false],
  ['size>10k', { responseSize: 10 * 1024 + 1 }, true],
  ['size>10k', { responseSize: 10 * 1024 }, false],
  ['size:<=1.5M', { responseSize: 1.5 * 1024 * 1024 }, true],
  ['size:100', { responseSize: 100 }, true],
  ['time>1s', { at: 0, endedAt: 1001 }, true],
  ['time>1s', { at: 0, endedAt: 900 }, false],
  ['time>1min', { at: 0, endedAt: null }, true],
  ['time<500ms', { at: 100, endedAt: 200 }, true],
  ['id:1,2', { id: 2 }, true],
  ['id:#3', { id: 3 }, true],
  // These say nothing of exchanges.
  ['via:http lobby', held, true],
  ['is:refused', held, true],
])('%s of %j: %s', (filter, change, expected) => expect(passes(filter, change)).toBe(expected))

test('an empty filter is none at all', () => expect(compileFilter('  ', null)).toBeNull())

test('what the search found inside counts, for text and for its own keys', () => {
  const keys = ['any:token', 'header:cookie', 'body:{"a"', 'body:token']
  const found = (rows: string, id: number, key: string) => rows === 'exchanges' && id === 5 && keys.includes(key)
  const passes = (filter: string, id: number) => compileFilter(filter, null, found)?.(testExchange({ id }))
  for (const filter of ['token', 'TOKEN', 'header:cookie', 'body:token', 'token header:Cookie', '-nothing']) {
    expect(passes(filter, 5), filter).toBe(true)
  }
  for (const filter of ['nothing', 'header:token', '-token', 'body:cookie'])
    expect(passes(filter, 5), filter).toBe(false)
  expect(passes('token', 6)).toBe(false)
})

describe('a time range', () => {
  const inRange = (change: Partial<ExchangeRow>, filter = '') =>
    compileFilter(filter, [100, 200])?.(testExchange(change)) ?? true

  test.each<[Partial<ExchangeRow>, boolean]>([
    [{ at: 50, endedAt: 90 }, false],
    [{ at: 50, endedAt: 150 }, true],
    [{ at: 50, endedAt: null }, true],
    [{ at: 150, endedAt: 160 }, true],
    [{ at: 250, endedAt: 260 }, false],
  ])('of 100 to 200 lets %j through: %s', (change, expected) => expect(inRange(change)).toBe(expected))

  test('goes with the words', () => {
    expect(inRange({ at: 150, endedAt: 160, path: '/a' }, '/b')).toBe(false)
    expect(inRange({ at: 150, endedAt: 160, path: '/b' }, '/b')).toBe(true)
  })
})
