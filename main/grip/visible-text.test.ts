import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleText } from './visible-text'

test.each([
  ['plain, é, 日本, 🙂, \\x', 'plain, é, 日本, 🙂, \\x'],
  ['\x1b]0;title\x07', '\\x1b]0;title\\x07'],
  ['a\r\n[INFO] forged\tx\0', 'a\\r\\n[INFO] forged\\tx\\x00'],
  ['\x7f\x80\x85\x9b31m', '\\x7f\\x80\\x85\\x9b31m'],
  ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['\u061c\u200e\u200f\u202a\u202e\u2066\u2069', '\\u061c\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069'],
  ['\ud800 \udc00', '\\ud800 \\udc00'],
])('%j is seen as %s', (text, seen) => {
  expect(visibleText(text)).toBe(seen)
})

test('whatever it is, it is one line that a terminal only shows', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
      expect(visibleText(text)).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]*$/u)
    }),
  )
})
