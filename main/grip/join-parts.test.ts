import { expect, test } from 'vitest'
import { joinParts } from './join-parts'

test.each<[string[], string]>([
  [[], ''],
  [['a'], 'a'],
  [['a', '', 'bc'], 'abc'],
])('%j is %j', (parts, whole) => {
  expect(joinParts(parts.map((part) => Buffer.from(part))).toString()).toBe(whole)
  expect(joinParts(parts.map((part) => new TextEncoder().encode(part))).toString()).toBe(whole)
})

test('a single part is the same memory, also where it lies within more', () => {
  const part = Buffer.from('abc')
  expect(joinParts([part])).toBe(part)
  const within = new Uint8Array([0, 1, 2, 3]).subarray(1, 3)
  const whole = joinParts([within])
  within[0] = 9
  expect([...whole]).toEqual([9, 2])
})
