import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeLenientBase64, isObject, kindOf, parseJson, quote, toInt } from './json-values'

describe('toInt', () => {
  test.each<[unknown, number | undefined, boolean?]>([
    [7, 7, true],
    [5.6, 6, false],
    [-0.4, 0, false],
    [-2.5, -2, false],
    [-0.5, 0, false],
    [4294967496, 200, false],
    [1e12, -727379968, false],
    [1e300, 0, false],
    [Number.NaN, undefined],
    [true, 1, false],
    [false, 0, false],
    ['404', 404, true],
    [' 12 ', 12, true],
    ['soon', 0, false],
    ['+5', 5, true],
    ['4294967496', 200, false],
    [Buffer.from('3'), 3, true],
    [null, undefined],
    [[], undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('%j', (value, expected, exact) => {
    const number = toInt(value)
    expect(number?.value).toBe(expected)
    expect(number?.exact).toBe(exact)
  })
})

describe('decodeBase64', () => {
  test.each<[string, string, boolean]>([
    ['', '', true],
    ['YQ==', 'a', true],
    ['YQ', 'a', true],
    ['YWJj', 'abc', true],
    ['YW=Jj', 'abc', false],
    ['***', '', false],
    ['YW\nJj', 'abc', true],
    ['-_-_', '', false],
  ])('%j', (text, bytes, clean) => {
    const decoded = decodeLenientBase64(text)
    expect(decoded.bytes.toString()).toBe(bytes)
    expect(decoded.clean).toBe(clean)
  })
  test('takes no longer for blanks before what is not valid base64', () => {
    const begun = performance.now()
    expect(decodeLenientBase64(`${' '.repeat(1_000_000)}!`).clean).toBe(false)
    expect(performance.now() - begun).toBeLessThan(1000)
  })
  test('reads back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const decoded = decodeLenientBase64(Buffer.from(bytes).toString('base64'))
        expect(decoded.clean).toBe(true)
        expect([...decoded.bytes]).toEqual([...bytes])
      }),
    )
  })
  test('passes over whatever is not valid base64', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const kept = text.replace(/[^A-Za-z0-9+/]/g, '')
        expect(decodeLenientBase64(text).bytes.equals(Buffer.from(kept, 'base64'))).toBe(true)
      }),
    )
  })
})

test('parseJson takes a byte order mark, and says what is wrong otherwise', () => {
  expect(parseJson(Buffer.from('\ufeff{"a":1}'))).toEqual({ ok: true, value: { a: 1 } })
  for (const bytes of [Buffer.from(''), Buffer.from('{'), Buffer.from([0x22, 0xff, 0x22]), Buffer.from('{} x')]) {
    const result = parseJson(bytes)
    expect(result.ok).toBe(false)
    expect('why' in result && result.why.length).toBeGreaterThan(0)
  }
})

test('parseJson refuses what is nested too deep, wherever brackets are', () => {
  const nested = (depth: number) => `{"a": "[[\\"[", "b": ${'['.repeat(depth)}1${']'.repeat(depth)}}`
  const parsed = (depth: number) => parseJson(Buffer.from(nested(depth)))
  expect(parsed(1023).ok).toBe(true)
  for (const depth of [1024, 10_000, 400_000])
    expect(parsed(depth)).toEqual({ ok: false, why: 'it is nested more than 1024 deep' })
  expect(parseJson(Buffer.from(JSON.stringify('['.repeat(5000)))).ok).toBe(true)
})

test('tells kinds apart', () => {
  expect([null, undefined, [], Buffer.alloc(0), 'x', {}, 5, true].map(kindOf)).toEqual([
    'null',
    'missing',
    'a list',
    'a string',
    'a string',
    'an object',
    'a number',
    'a boolean',
  ])
  expect([{}, Object.create(null)].every(isObject)).toBe(true)
  expect([null, [], Buffer.alloc(0), 'x'].some(isObject)).toBe(false)
  expect(quote(`${'x'.repeat(100)}\n`)).toHaveLength(60)
})

test.each<[string, boolean]>([
  [`${'['.repeat(1024)}${']'.repeat(1024)}`, true],
  [`${'['.repeat(1025)}${']'.repeat(1025)}`, false],
  [`${'{"a":'.repeat(1024)}1${'}'.repeat(1024)}`, true],
  [`${'[{"a":'.repeat(513)}1${'}]'.repeat(513)}`, false],
  [`[${'[],'.repeat(2000)}[]]`, true],
  [`["${'['.repeat(3000)}","\\"${'{'.repeat(3000)}\\\\"]`, true],
])('how deep a long text goes', (text, ok) => {
  expect(parseJson(Buffer.from(text)).ok).toBe(ok)
})
