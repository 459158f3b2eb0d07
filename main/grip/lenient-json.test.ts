// Values and refusals are those of Pushpin 1.36.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLenientJson } from './lenient-json'

describe('what JSON.parse refuses and Qt takes', () => {
  test.each([
    ['{"a":.5}', { a: 0.5 }],
    ['[1., -.5, 1.e2]', [1, -0.5, 100]],
    ['{"a":"tab\there\nand\u0001"}', { a: 'tab\there\nand\u0001' }],
    ['["\\x41\\\'\\q"]', ["x41'q"]],
  ])('%j', (text, value) => {
    expect(parseLenientJson(text)).toEqual(value)
  })
})

describe('what nobody takes', () => {
  test.each([
    '',
    '5',
    '"x"',
    '{',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '[01]',
    '[+1]',
    '[.]',
    '[-]',
    '[NaN]',
    '["\\u00g0"]',
    '["a\\',
    '[] x',
    '[1e400]',
    '{"a" 1}',
    '[tru]',
  ])('%j', (text) => {
    expect(parseLenientJson(text)).toBeUndefined()
  })
  test('nesting beyond 1,024', () => {
    expect(parseLenientJson('['.repeat(2000) + ']'.repeat(2000))).toBeUndefined()
  })
})

test('valid JSON reads as with JSON.parse', () => {
  fc.assert(
    fc.property(fc.oneof(fc.object(), fc.array(fc.jsonValue())), (value) => {
      const text = JSON.stringify(value, null, 1)
      expect(parseLenientJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

test('numbers are those of JSON.parse, to the last bit', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 20 })
  const exponent = fc.constantFrom('', '', 'e0', 'E+5', 'e-7', 'e22', 'e-30', 'e+300')
  fc.assert(
    fc.property(
      fc.constantFrom('', '-'),
      fc.bigInt({ min: 0n, max: 10n ** 20n }),
      digits,
      exponent,
      (sign, n, d, e) => {
        const strict = `[${sign}${n}${d === '' ? '' : `.${d}`}${e}]`
        const value: unknown = JSON.parse(strict)
        if (Array.isArray(value) && !Number.isFinite(value[0])) return
        expect(parseLenientJson(strict)).toEqual(value)
        // Without the zero before the dot, and with nothing behind it.
        expect(parseLenientJson(strict.replace(/\b0\./, '.'))).toEqual(value)
        if (d === '') expect(parseLenientJson(`[${sign}${n}.${e}]`)).toEqual(value)
      },
    ),
  )
})

test('a backslash takes the character after it, wherever it is', () => {
  const part = fc.constantFrom('\\n', '\\"', '\\\\', '\\q', '\\u00e9', 'x', '\n', 'é')
  const meant: Record<string, string> = { '\\n': '\n', '\\"': '"', '\\\\': '\\', '\\q': 'q', '\\u00e9': 'é' }
  fc.assert(
    fc.property(fc.array(fc.array(part)), (strings) => {
      const text = `[${strings.map((parts) => `"${parts.join('')}"`).join(' , ')}]`
      const expected = strings.map((parts) => parts.map((one) => meant[one] ?? one).join(''))
      expect(parseLenientJson(text)).toEqual(expected)
    }),
  )
})

test('names of prototypes are names', () => {
  const read = parseLenientJson('{"__proto__":{"a":.5},"constructor":1.}')
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  expect(Object.entries(read as object)).toEqual([
    ['__proto__', { a: 0.5 }],
    ['constructor', 1],
  ])
})

test.each([
  ['a long text of escapes', `["${'\\q'.repeat(400_000)}"]`],
  ['an open quote after many', `[${'"\\q",'.repeat(150_000)}"`],
  ['a list of half numbers', `[${'.5,'.repeat(300_000)}1.]`],
])('%s is read once from its beginning to its end', (_, text) => {
  // What looks at the rest again for each part takes minutes.
  const value = parseLenientJson(text)
  expect(Array.isArray(value)).toBe(text.endsWith(']'))
})
