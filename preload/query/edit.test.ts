import { expect, test } from 'vitest'
import { termText, toggleTerm } from './edit'
import type { FilterKey } from './fields'

test.each<[before: string, key: FilterKey, value: string, after: string]>([
  ['', 'is', 'held', 'is:held'],
  ['counter', 'is', 'held', 'counter is:held'],
  ['counter is:held', 'is', 'held', 'counter'],
  ['IS:HELD', 'is', 'held', ''],
  ['is:live counter', 'is', 'held', 'counter is:held'],
  ['channel:a', 'channel', 'b', 'channel:a channel:b'],
  ['channel:a channel:b', 'channel', 'a', 'channel:b'],
  ['', 'channel', 'two words', 'channel:"two words"'],
  ['channel:"two words"', 'channel', 'two words', ''],
])('%j, with %s:%s clicked, becomes %j', (before, key, value, after) => {
  expect(toggleTerm(before, key, value)).toBe(after)
})

test('a term is written as a person would', () => {
  expect(termText('path', '/x')).toBe('path:/x')
  expect(termText('path', '/a b')).toBe('path:"/a b"')
})
