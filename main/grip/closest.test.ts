import { expect, test } from 'vitest'
import { closest } from './closest'

const known = ['path_beg', 'proto', 'debug', 'aco']

test.each<[string, string | undefined]>([
  ['path_bge', 'path_beg'],
  ['pathbeg', 'path_beg'],
  ['Debug', 'debug'],
  ['debugg', 'debug'],
  ['ac', 'aco'],
  ['frobnicate', undefined],
  ['', undefined],
  ['x'.repeat(1000), undefined],
])('%s: %s', (word, expected) => {
  expect(closest(word, known)).toBe(expected)
})
