// Every row was put to a real Pushpin 1.36, or is in its sources.
import { describe, expect, test } from 'vitest'
import { readInstruct } from './instruct'
import type { Instruct } from './instruct-types'

const answer = (body: unknown, status = 200, headers: string[] = []) => ({
  status,
  reason: status === 200 ? 'OK' : 'Other',
  headers: ['Content-Type', 'application/grip-instruct', 'X-Backend', '1', ...headers],
  body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

function read(body: unknown): Instruct {
  const result = readInstruct(answer(body))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  expect(result.from).toBe('json')
  return result.instruct
}

function fieldsRefused(body: unknown, status = 200): string[] {
  const result = readInstruct(answer(body, status))
  return result.ok ? [] : result.problems.map((p) => p.field)
}

function fieldsWarned(body: unknown): string[] {
  const result = readInstruct(answer(body))
  return result.ok ? result.warnings.map((p) => p.field) : ['refused']
}

const channels = [{ name: 'c' }]
const hold = (fields: object) => ({ hold: { mode: 'response', channels, ...fields } })
const stream = (fields: object) => ({ hold: { mode: 'stream', channels, ...fields } })

test('reads all of it', () => {
  const instruct = read({
    hold: {
      mode: 'stream',
      timeout: 20,
      channels: [{ name: 'apple', 'prev-id': 'item1', filters: ['f1', 'f2'] }, { name: '' }],
      'keep-alive': { content: 'beat\n', timeout: 20, mode: 'idle' },
      meta: { user: 'alice' },
    },
    response: { code: 201, reason: 'Sure', headers: { 'Content-Type': 'text/plain', A: 'é' }, body: 'welcome' },
  })
  expect(instruct).toEqual({
    hold: {
      mode: 'stream',
      timeout: 20_000,
      channels: [
        { name: 'apple', prevId: 'item1', filters: ['f1', 'f2'] },
        { name: '', filters: [] },
      ],
      keepAlive: { content: Buffer.from('beat\n'), timeout: 20_000, mode: 'idle' },
    },
    response: {
      code: 201,
      reason: 'Sure',
      headers: ['Content-Type', 'text/plain', 'A', 'Ã©'],
      body: Buffer.from('welcome'),
    },
    meta: Object.assign(Object.create(null), { user: 'alice' }),
    exposeHeaders: [],
  })
})

test('an empty body is one, no body at all is refused where there is no hold', () => {
  const response = { body: '' }
  expect(read({ response }).response).toEqual({ code: 200, reason: 'OK', headers: [], body: Buffer.alloc(0) })
  expect(read('\ufeff{"response":{"body-bin":""}}').hold).toBeUndefined()
  expect(fieldsRefused({})).toEqual(['response.body'])
  expect(fieldsRefused({ response: { code: 204 } })).toEqual(['response.body'])
  expect(fieldsRefused({ hold: { channels: [] }, response: { code: 204 } })).toEqual([])
})

test.each<[string, unknown, number?]>([
  ['bad JSON', '{"hold":'],
  ['nothing', ''],
  ['more after it', '{} x'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['a list', []],
  ['null', 'null'],
])('refuses %s', (_, body) => {
  expect(fieldsRefused(body)).toEqual(['body'])
})

test('must come with status 200', () => {
  expect(fieldsRefused(hold({}), 201)).toEqual(['status'])
})

describe('hold', () => {
  test.each<[unknown]>([[null], [[]], ['x'], [5]])('refuses %j', (value) => {
    expect(fieldsRefused({ hold: value })).toEqual(['hold'])
  })
  test('is a response hold where it does not say', () => {
    expect(read({ hold: { channels } }).hold?.mode).toBe('response')
  })
  test.each([null, '', 5, 'sideways'])('refuses the mode %j', (mode) => {
    expect(fieldsRefused(hold({ mode }))).toEqual(['hold.mode'])
  })
  test.each<[unknown, number]>([
    [20, 20_000],
    ['7', 7000],
    [5.6, 6000],
    ['soon', 5000],
    [true, 5000],
    [-0.4, 5000],
    [undefined, 55_000],
  ])('takes the timeout %j as %d ms', (timeout, expected) => {
    expect(read(hold({ timeout })).hold?.timeout).toBe(expected)
  })
  test('warns of a timeout that is no number', () => {
    expect(fieldsWarned(hold({ timeout: 'soon' }))).toContain('hold.timeout')
  })
  test.each<[unknown]>([[null], [[]], [{}], [-1], [1e12]])('refuses the timeout %j', (timeout) => {
    expect(fieldsRefused(hold({ timeout }))).toEqual(['hold.timeout'])
  })
  test.each<[string, unknown, string]>([
    ['left out', undefined, 'hold.channels'],
    ['null', null, 'hold.channels'],
    ['a string', 'c', 'hold.channels'],
    ['of strings', ['c'], 'hold.channels[0]'],
    ['without name', [{ name: 'a' }, {}], 'hold.channels[1].name'],
    ['with a number for a name', [{ name: 5 }], 'hold.channels[0].name'],
    ['with prev-id null', [{ name: 'c', 'prev-id': null }], 'hold.channels[0].prev-id'],
    ['with filters null', [{ name: 'c', filters: null }], 'hold.channels[0].filters'],
    ['with a number for a filter', [{ name: 'c', filters: [1] }], 'hold.channels[0].filters'],
  ])('refuses channels %s', (_, value, field) => {
    expect(fieldsRefused(hold({ channels: value }))).toEqual([field])
  })
  test('warns of more filters than newer Pushpins take', () => {
    const filtered = (filters: string[]) => hold({ channels: [{ name: 'c', filters }] })
    expect(fieldsWarned(filtered(['a', 'b', 'c', 'd', 'e']))).toEqual([])
    expect(fieldsWarned(filtered(['a', 'b', 'c', 'd', 'e', 'f']))).toEqual(['hold.channels[0].filters'])
  })
  test('is held without channels', () => {
    expect(read(hold({ channels: [] })).hold?.channels).toEqual([])
  })
  test.each<[unknown, string]>([
    [null, 'hold.meta'],
    [[], 'hold.meta'],
    [{ a: 1 }, 'hold.meta.a'],
  ])('refuses the meta %j', (meta, field) => {
    expect(fieldsRefused(hold({ meta }))).toEqual([field])
  })
})

describe('keep-alive', () => {
  test.each<[object, string, number, string]>([
    [{ content: 'x' }, 'x', 55_000, 'interval'],
    [{ 'content-bin': 'eHg=', content: 'no', timeout: 0 }, 'xx', 1000, 'interval'],
    [{ content: 'x', mode: 'idle', timeout: 2 }, 'x', 2000, 'idle'],
    [{ content: 'x', mode: 'odd' }, 'x', 55_000, 'interval'],
  ])('%j', (keepAlive, content, timeout, mode) => {
    expect(read(stream({ 'keep-alive': keepAlive })).hold?.keepAlive).toEqual({
      content: Buffer.from(content),
      timeout,
      mode,
    })
  })
  test.each<[unknown, string]>([
    [null, 'hold.keep-alive'],
    ['x', 'hold.keep-alive'],
    [{ content: 5 }, 'hold.keep-alive.content'],
    [{ 'content-bin': 5 }, 'hold.keep-alive.content-bin'],
    [{ content: 'x', timeout: -1 }, 'hold.keep-alive.timeout'],
    [{ content: 'x', timeout: null }, 'hold.keep-alive.timeout'],
  ])('refuses %j', (keepAlive, field) => {
    expect(fieldsRefused(stream({ 'keep-alive': keepAlive }))).toEqual([field])
  })
  test('is none without content', () => {
    expect(read(stream({ 'keep-alive': { timeout: 1 } })).hold?.keepAlive).toBeUndefined()
    expect(read(stream({ 'keep-alive': { 'content-bin': '***' } })).hold?.keepAlive).toBeUndefined()
  })
})

describe('response', () => {
  test.each<[unknown, number, string]>([
    ['404', 404, 'Not Found'],
    [404.6, 405, 'Method Not Allowed'],
    [999, 999, 'Undefined Reason'],
    [204, 204, 'No Content'],
  ])('takes the code %j', (code, expected, reason) => {
    expect(read({ response: { code, body: '' } }).response).toMatchObject({ code: expected, reason })
  })
  test.each<[string, unknown, string]>([
    ['null', null, 'response'],
    ['code ok', { code: 'ok', body: '' }, 'response.code'],
    ['code null', { code: null }, 'response.code'],
    ['code 42', { code: 42, body: '' }, 'response.code'],
    ['code 1000', { code: 1000 }, 'response.code'],
    ['reason 5', { reason: 5 }, 'response.reason'],
    ['reason in two lines', { reason: 'a\r\nX: y' }, 'response.reason'],
    ['headers x', { headers: 'x' }, 'response.headers'],
    ['headers null', { headers: null }, 'response.headers'],
    ['a header that is a number', { headers: { a: 1 } }, 'response.headers.a'],
    ['a header in two lines', { headers: { a: 'b\r\nc: d' } }, 'response.headers.a'],
    ['a header of a bad name', { headers: { 'a b': 'c' } }, 'response.headers.a b'],
    ['a header of no name', { headers: { '': 'c' } }, 'response.headers.'],
    ['a pair of three', { headers: [['a', 'b', 'c']] }, 'response.headers[0]'],
    ['a pair with a number', { headers: [['a', 1]] }, 'response.headers[0]'],
    ['body 5', { body: 5 }, 'response.body'],
    ['body null', { body: null }, 'response.body'],
    ['body-bin 5', { 'body-bin': 5 }, 'response.body-bin'],
  ])('refuses %s', (_, response, field) => {
    expect(fieldsRefused({ response })).toEqual([field])
  })
  test('takes headers as pairs, and bytes before text', () => {
    const { response } = read({
      response: {
        headers: [
          ['a', '1'],
          ['a', '2'],
        ],
        body: 'no',
        'body-bin': 'AP8=',
      },
    })
    expect(response.headers).toEqual(['a', '1', 'a', '2'])
    expect([...response.body]).toEqual([0, 255])
  })
  test('takes bad base64 as far as it goes, with a warning', () => {
    expect(read({ response: { 'body-bin': 'YW=Jj' } }).response.body.toString()).toBe('abc')
    expect(fieldsWarned({ response: { 'body-bin': '***' } })).toEqual(['response.body-bin'])
  })
})

test('passes over unknown fields with a warning each', () => {
  expect(
    fieldsWarned({
      holds: 1,
      hold: { channels: [{ name: 'c', previd: '1' }], mod: 'stream', 'keep-alive': { content: 'x', every: 1 } },
      response: { status: 200 },
    }),
  ).toEqual(['holds', 'hold.mod', 'hold.channels[0].previd', 'hold.keep-alive.every', 'response.status', 'hold'])
})
