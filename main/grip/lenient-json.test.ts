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
