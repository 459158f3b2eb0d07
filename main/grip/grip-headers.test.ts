import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bytesOfHeader,
  headerOfText,
  headerValue,
  headerValues,
  isGripName,
  isHeaderName,
  isHeaderValue,
  parameterOf,
  parseParameters,
  parseWholeNumber,
  splitList,
  textOfHeader,
  trimBlanks,
} from './grip-headers'

test.each<[string, string[]]>([
  ['', []],
  ['a', ['a']],
  ['a, b ,c', ['a', 'b', 'c']],
  ['a,,b', ['a', '', 'b']],
  ['a,', ['a']],
  ['a; t="x, y", b', ['a; t="x, y"', 'b']],
  ['a; t="x\\", y", b', ['a; t="x\\", y"', 'b']],
  ['a, "b, c', ['a', '"b, c']],
  ['"a\\', ['"a\\']],
])('splitList %j', (value, parts) => {
  expect(splitList(value)).toEqual(parts)
})

describe('parseParameters', () => {
  test.each<[string, [string, string][]]>([
    ['apple', [['apple', '']]],
    [
      'a=b; prev-id=1;filter = x',
      [
        ['a=b', ''],
        ['prev-id', '1'],
        ['filter', 'x'],
      ],
    ],
    [
      'a; t="granny, \\"smith\\""; z',
      [
        ['a', ''],
        ['t', 'granny, "smith"'],
        ['z', ''],
      ],
    ],
    [
      'a; t="x" rest; u=1',
      [
        ['a', ''],
        ['t', 'x'],
        ['u', '1'],
      ],
    ],
    [
      'a; t= "x"',
      [
        ['a', ''],
        ['t', '"x"'],
      ],
    ],
    ['a;', [['a', '']]],
    [
      'a;;b',
      [
        ['a', ''],
        ['', ''],
        ['b', ''],
      ],
    ],
    [
      'a; t=',
      [
        ['a', ''],
        ['t', ''],
      ],
    ],
    [
      '"a;b"; c',
      [
        ['"a', ''],
        ['b"', ''],
        ['c', ''],
      ],
    ],
  ])('takes the first one as it is: %j', (text, expected) => {
    expect(parseParameters(text, 'plain-first')?.map((p) => [p.name, p.value])).toEqual(expected)
  })
  test.each<[string, [string, string][]]>([
    ['user="alice"', [['user', 'alice']]],
    ['user', [['user', '']]],
    ['', []],
  ])('takes all alike: %j', (text, expected) => {
    expect(parseParameters(text, 'all')?.map((p) => [p.name, p.value])).toEqual(expected)
  })
  test.each(['a; t="x', 'a; t="x\\', 'a; t="'])('refuses an open quote: %j', (text) => {
    expect(parseParameters(text, 'plain-first')).toBeUndefined()
  })
  test('finds a parameter in any case, the first of its name', () => {
    const parameters = parseParameters('x; Timeout=1; timeout=2', 'plain-first') ?? []
    expect(parameterOf(parameters, 'timeout')).toBe('1')
    expect(parameterOf(parameters, 'mode')).toBeUndefined()
  })
  test('reads back every quoted value', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const quoted = (s: string) => `"${s.replace(/["\\]/g, '\\$&')}"`
        const list = splitList(`x; a=${quoted(a)}; b=${quoted(b)}, y`)
        expect(list).toHaveLength(2)
        const parameters = parseParameters(list[0] ?? '', 'plain-first') ?? []
        expect(parameterOf(parameters, 'a')).toBe(a)
        expect(parameterOf(parameters, 'b')).toBe(b)
      }),
    )
  })
  test('takes any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', ';', ',', '=', 'a', ' ') }), (text) => {
        for (const part of splitList(text)) {
          parseParameters(part, 'plain-first')
          parseParameters(part, 'all')
        }
      }),
    )
  })
})

test('finds headers in any case', () => {
  const headers = ['A', '1', 'b', '2', 'a', '3']
  expect(headerValue(headers, 'a')).toBe('1')
  expect(headerValues(headers, 'a')).toEqual(['1', '3'])
  expect(headerValue(headers, 'c')).toBeUndefined()
})

test.each<[string, number | undefined]>([
  ['7', 7],
  [' +7 ', 7],
  ['-1', -1],
  ['7.5', undefined],
  ['', undefined],
  ['0x10', undefined],
  ['99999999999', undefined],
  ['2147483647', 2_147_483_647],
  ['soon', undefined],
])('parseWholeNumber %j', (text, number) => {
  expect(parseWholeNumber(text)).toBe(number)
})

test.each<[string, boolean]>([
  ['Grip-Hold', true],
  ['GRIP-X', true],
  ['grip-', true],
  ['Grip', false],
  ['Gripx-Hold', false],
  ['X-Grip-Hold', false],
])('isGripName %s', (name, is) => {
  expect(isGripName(name)).toBe(is)
})

test('trims blanks, and not the second byte of à', () => {
  expect(trimBlanks(' \t a b \r\n')).toBe('a b')
  expect(trimBlanks('Ã\u00a0')).toBe('Ã\u00a0')
})

test('reads the bytes of a header as UTF-8 where they are', () => {
  const wire = Buffer.from('zählerà', 'utf8').toString('latin1')
  expect(textOfHeader(wire)).toBe('zählerà')
  expect(textOfHeader('caf\u00e9')).toBe('caf\u00e9')
  expect(textOfHeader('日本')).toBe('日本')
  expect([...bytesOfHeader('\u00ff\u0000')]).toEqual([255, 0])
})

test('writes any text into a header and back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const wire = headerOfText(text)
      expect([...wire].every((c) => c.charCodeAt(0) <= 0xff)).toBe(true)
      expect(textOfHeader(wire)).toBe(text)
    }),
  )
})

test('knows what may be a header', () => {
  expect(isHeaderName('X-A_b.1')).toBe(true)
  for (const name of ['', 'a b', 'a:b', 'a\r\n', 'ä']) expect(isHeaderName(name)).toBe(false)
  expect(isHeaderValue('a\tb é')).toBe(true)
  for (const value of ['a\r\nb', 'a\nb', 'a\u0000', '\u007f']) expect(isHeaderValue(value)).toBe(false)
})
