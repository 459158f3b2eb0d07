import { expect, test } from 'vitest'
import { channelsShown } from './channels-shown'

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
  expect(channelsShown(count, width)).toBe(shown)
})
