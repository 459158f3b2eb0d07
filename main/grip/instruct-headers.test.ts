// Every row was put to a real Pushpin 1.36, or is in its sources.
import { describe, expect, test } from 'vitest'
import { readInstruct } from './instruct'
import type { Instruct } from './instruct-types'

const answer = (headers: string[], body = 'B') => ({ status: 200, reason: 'OK', headers, body: Buffer.from(body) })

function read(...headers: string[]): Instruct {
  const result = readInstruct(answer(headers))
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  expect(result.from).toBe('headers')
  return result.instruct
}

function fieldsRefused(...headers: string[]): string[] {
  const result = readInstruct(answer(headers))
  return result.ok ? [] : result.problems.map((p) => p.field)
}

function fieldsWarned(...headers: string[]): string[] {
  const result = readInstruct(answer(headers))
  return result.ok ? result.warnings.map((p) => p.field) : []
}

const HELD = ['Grip-Hold', 'response', 'Grip-Channel', 'c']
const STREAM = ['Grip-Hold', 'stream', 'Grip-Channel', 'c']

describe('a hold', () => {
  test('takes what Pushpin takes by default', () => {
    expect(read(...HELD, 'Content-Type', 'text/plain', 'X-A', '1')).toEqual({
      hold: { mode: 'response', timeout: 55_000, channels: [{ name: 'c', filters: [] }] },
      response: {
        code: 200,
        reason: 'OK',
        headers: ['Content-Type', 'text/plain', 'X-A', '1'],
        body: Buffer.from('B'),
      },
      meta: Object.create(null),
      exposeHeaders: [],
    })
  })
  test('takes names in any case off the response', () => {
    expect(
      read('GRIP-HOLD', 'stream', 'grip-channel', 'c', 'Grip-Anything', 'x', 'Gripper', 'y').response.headers,
    ).toEqual(['Gripper', 'y'])
  })
  test('is held without a channel, with a warning', () => {
    expect(read('Grip-Hold', 'response').hold?.channels).toEqual([])
    expect(fieldsWarned('Grip-Hold', 'response')).toEqual(['Grip-Channel'])
  })
  test('takes the first of two', () => {
    expect(read(...HELD, 'Grip-Hold', 'sideways').hold?.mode).toBe('response')
  })
  test.each(['sideways', 'Response', '', 'response, stream'])('refuses %j', (mode) => {
    const result = readInstruct(answer(['Grip-Hold', mode, 'Grip-Channel', 'c']))
    expect(result).toMatchObject({ ok: false, from: 'headers', problems: [{ field: 'Grip-Hold' }] })
    expect(!result.ok && result.problems[0]?.message).toContain('Grip-Hold')
  })
  test('is none where only a channel is named', () => {
    expect(read('Grip-Channel', 'c').hold).toBeUndefined()
    expect(fieldsWarned('Grip-Channel', 'c')).toEqual(['Grip-Hold'])
  })
})

describe('channels', () => {
  test('come from several headers and lists, each with parameters of its own', () => {
    const { hold } = read(
      'Grip-Hold',
      'response',
      'Grip-Channel',
      'apple; prev-id=item1; filter=f1',
      'Grip-Channel',
      'banana; filter=f2, cherry; Prev-Id="a,b"; filter=f1; filter=f2',
    )
    expect(hold?.channels).toEqual([
      { name: 'apple', prevId: 'item1', filters: ['f1'] },
      { name: 'banana', filters: ['f2'] },
      { name: 'cherry', prevId: 'a,b', filters: ['f1', 'f2'] },
    ])
  })
  test('may have names of any characters', () => {
    const name = 'räume/日本 1'
    expect(
      read(...STREAM.slice(0, 2), 'Grip-Channel', Buffer.from(name).toString('latin1')).hold?.channels[0]?.name,
    ).toBe(name)
  })
  test('named twice are one: the later counts', () => {
    expect(read(...STREAM, 'Grip-Channel', 'd, c; filter=skip-self').hold?.channels).toEqual([
      { name: 'c', filters: ['skip-self'] },
      { name: 'd', filters: [] },
    ])
  })
  test('with an open quote are skipped', () => {
    expect(read('Grip-Hold', 'stream', 'Grip-Channel', 'd, c; prev-id="x').hold?.channels).toEqual([
      { name: 'd', filters: [] },
    ])
  })
  test('have an empty prev-id where it is written so without quotes', () => {
    const channel = (text: string) => read('Grip-Hold', 'stream', 'Grip-Channel', text).hold?.channels[0]
    expect(channel('c; prev-id=')).toEqual({ name: 'c', prevId: '', filters: [] })
    expect(channel('c; prev-id=""')).toEqual({ name: 'c', filters: [] })
    expect(channel('c; prev-id')).toEqual({ name: 'c', filters: [] })
  })
  test('have any number of filters, with a warning beyond five', () => {
    const filters = (n: number) => `c${'; filter=x'.repeat(n)}`
    expect(fieldsWarned('Grip-Hold', 'stream', 'Grip-Channel', filters(5))).toEqual([])
    expect(fieldsWarned('Grip-Hold', 'stream', 'Grip-Channel', filters(6))).toEqual(['Grip-Channel'])
  })
})

describe('the timeout', () => {
  test.each<[string, number]>([
    ['120', 120_000],
    ['+7', 7000],
    ['1', 5000],
    ['0', 5000],
  ])('%s', (text, timeout) => {
    expect(read(...HELD, 'Grip-Timeout', text).hold?.timeout).toBe(timeout)
  })
  test.each(['soon', '7.5', '-1', '', '0x10', '99999999999'])('refuses %j, even without a hold', (text) => {
    expect(fieldsRefused(...HELD, 'Grip-Timeout', text)).toEqual(['Grip-Timeout'])
    expect(fieldsRefused('Grip-Timeout', text)).toEqual(['Grip-Timeout'])
  })
})

describe('the status', () => {
  test.each<[string, number, string]>([
    ['404', 404, 'Not Found'],
    ['404 Nothing To See', 404, 'Nothing To See'],
    ['299', 299, 'Undefined Reason'],
    ['', 200, 'OK'],
  ])('%j', (text, code, reason) => {
    expect(read(...HELD, 'Grip-Status', text).response).toMatchObject({ code, reason })
  })
  test.each(['abc', '1000', '-1', '200 a\r\nb'])('refuses %j', (text) => {
    expect(fieldsRefused(...HELD, 'Grip-Status', text)).toEqual(['Grip-Status'])
  })
  test.each(['42', '0', '101'])('refuses %j unless a publish may come instead', (text) => {
    expect(fieldsRefused(...STREAM, 'Grip-Status', text)).toEqual(['Grip-Status'])
    expect(read(...HELD, 'Grip-Status', text).response.code).toBe(Number(text))
  })
})

describe('keep-alives', () => {
  test.each<[string, string, number, string]>([
    ['ping\\n; timeout=10', 'ping\\n', 10_000, 'idle'],
    ['ping\\n; format=cstring', 'ping\n', 55_000, 'idle'],
    ['\\x41\\\\\\r; format=cstring', 'A\\\r', 55_000, 'idle'],
    ['a\\tb; format=cstring', 'ab', 55_000, 'idle'],
    ['cGluZzMK; format=base64', 'ping3\n', 55_000, 'idle'],
    ['x; mode=interval; timeout=0', 'x', 1000, 'interval'],
    ['x,y; TIMEOUT=1', 'x,y', 1000, 'idle'],
    ['"x"', '"x"', 55_000, 'idle'],
  ])('%j', (text, content, timeout, mode) => {
    expect(read(...STREAM, 'Grip-Keep-Alive', text).hold?.keepAlive).toEqual({
      content: Buffer.from(content),
      timeout,
      mode,
    })
  })
  test.each([
    'x; timeout=-1',
    'x; timeout=soon',
    'x; format=zip',
    'x; format=RAW',
    'x; mode=odd',
    '; timeout=1',
    '\\xzz; format=cstring',
    '\\t; format=cstring',
    'x\\; format=cstring',
  ])('refuses %j', (text) => {
    expect(fieldsRefused(...STREAM, 'Grip-Keep-Alive', text)).toEqual(['Grip-Keep-Alive'])
  })
  test('are none where the header is empty, or the hold no stream', () => {
    expect(read(...STREAM, 'Grip-Keep-Alive', '').hold?.keepAlive).toBeUndefined()
    expect(read(...HELD, 'Grip-Keep-Alive', 'x').hold?.keepAlive).toBeUndefined()
  })
})

describe('meta', () => {
  test.each<[string, Record<string, string>]>([
    ['user="alice"', { user: 'alice' }],
    ['foo=bar, bar="b,z"', { foo: 'bar', bar: 'b,z' }],
    ['user=', { user: '' }],
    ['user', {}],
    ['a=1, a=""', {}],
    ['user="x', {}],
    ['__proto__=1', Object.assign(Object.create(null), { ['__proto__']: '1' })],
  ])('%j', (text, meta) => {
    expect({ ...read(...STREAM, 'Grip-Set-Meta', text).meta }).toEqual({ ...meta })
  })
  test('refuses an empty element', () => {
    expect(fieldsRefused(...STREAM, 'Grip-Set-Meta', 'a=1,,b=2')).toEqual(['Grip-Set-Meta'])
  })
})

test('names the filters that change the first response, only where there are some', () => {
  const filters = (text: string) => read('Grip-Hold', 'stream', 'Grip-Channel', text).responseFilters
  expect(filters('a; filter=skip-self, b; filter=build-id')).toEqual(['skip-self', 'build-id'])
  expect(filters('a; filter=var-subst, b')).toBeUndefined()
})

describe('links', () => {
  test('are followed next, or when the client is gone', () => {
    expect(read(...STREAM, 'Grip-Link', '</a?b=1>; rel=next', 'Grip-Link', '<http://h/gone>; rel=gone')).toMatchObject({
      next: { uri: '/a?b=1', timeout: 120_000 },
      gone: { uri: 'http://h/gone' },
    })
    expect(read('Grip-Link', '</nl>; rel=next; timeout=1').next).toEqual({ uri: '/nl', timeout: 1000 })
  })
  test('are UTF-8, as written', () => {
    const link = Buffer.from('</é\\x>; rel=next').toString('latin1')
    expect(read(...STREAM, 'Grip-Link', link).next?.uri).toBe('/é\\x')
  })
  test.each(['</x>', '</x>; rel=prev'])('%j is skipped', (text) => {
    expect(read(...STREAM, 'Grip-Link', text).next).toBeUndefined()
    expect(fieldsWarned(...STREAM, 'Grip-Link', text)).toEqual(['Grip-Link'])
  })
  test.each([
    '/x; rel=next',
    '<>; rel=next',
    '<http://[bad>; rel=next',
    '</x>; rel=next; timeout=soon',
    '</x>; rel=next; timeout=-1',
  ])('refuses %j', (text) => {
    expect(fieldsRefused(...STREAM, 'Grip-Link', text)).toEqual(['Grip-Link'])
  })
})

test('only exposed headers reach the client, where some are named', () => {
  const instruct = read('Grip-Expose-Headers', 'X-A, x-c', 'X-A', '1', 'X-B', '2', 'X-C', '3')
  expect(instruct.response.headers).toEqual(['X-A', '1', 'X-C', '3'])
  expect(instruct.exposeHeaders).toEqual(['X-A', 'x-c'])
})

test('says all that is wrong at once', () => {
  expect(fieldsRefused('Grip-Hold', 'x', 'Grip-Timeout', 'y', 'Grip-Status', 'z')).toEqual([
    'Grip-Hold',
    'Grip-Timeout',
    'Grip-Status',
  ])
})

test('warns of a header that means nothing', () => {
  expect(fieldsWarned(...HELD, 'Grip-Chanel', 'd')).toEqual(['Grip-Chanel'])
})
