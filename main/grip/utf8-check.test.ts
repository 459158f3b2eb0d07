import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Utf8Check } from './utf8-check'

function check(parts: readonly Buffer[]): boolean {
  const utf8 = new Utf8Check()
  return parts.every((part, i) => utf8.add(part, i === parts.length - 1))
}

test('text is text however it is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 5 }), (text, step) => {
      const bytes = Buffer.from(text)
      const parts: Buffer[] = []
      for (let at = 0; at < bytes.length; at += step) parts.push(bytes.subarray(at, at + step))
      parts.push(Buffer.alloc(0))
      expect(check(parts)).toBe(true)
    }),
  )
})

test('it says of any bytes in parts what is true of the whole', () => {
  const bytes = fc.array(fc.oneof(fc.constantFrom(0x61, 0x80, 0xbf, 0xc3, 0xe2, 0xf0, 0xed, 0xf5, 0xff), fc.nat(255)))
  fc.assert(
    fc.property(bytes, fc.nat(10), (list, cut) => {
      const whole = Buffer.from(list)
      expect(check([whole.subarray(0, cut), whole.subarray(cut)])).toBe(isUtf8(whole))
    }),
  )
})

test('reset forgets a character that was begun', () => {
  const utf8 = new Utf8Check()
  expect(utf8.add(Buffer.from([0xe2]), false)).toBe(true)
  utf8.reset()
  expect(utf8.add(Buffer.from('a'), true)).toBe(true)
})
