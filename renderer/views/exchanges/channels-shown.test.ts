import { expect, test } from 'vitest'
import { channelsShown } from './channels-shown'

const names = (count: number, length: number) => Array.from({ length: count }, () => 'x'.repeat(length))

test.each<[count: number, width: number, shown: number]>([
  [0, 164, 0],
  [1, 164, 1],
  [2, 164, 2],
  [3, 164, 3],
  [4, 164, 2],
  [20, 164, 2],
  [20, 600, 3],
  [2, 110, 2],
  [3, 110, 1],
  [1, 76, 1],
  [2, 76, 1],
  [20, 76, 1],
  [1000, 40, 1],
])('%i channels in %i pixels: %i are named', (count, width, shown) => {
  expect(channelsShown(names(count, 20), width)).toBe(shown)
})

test.each<[count: number, length: number, width: number, shown: number]>([
  [2, 3, 80, 1],
  [2, 3, 84, 2],
  [2, 2, 76, 2],
  [3, 1, 100, 3],
  [20, 1, 100, 2],
])('%i channels of %i characters in %i pixels: %i are named', (count, length, width, shown) => {
  expect(channelsShown(names(count, length), width)).toBe(shown)
})
