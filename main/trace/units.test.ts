import { expect, test } from 'vitest'
import { durationText, sizeText } from './units'

test.each<[number, string]>([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1500, '1.5 KiB'],
  [1024 * 1024 - 1, '1 MiB'],
  [10 * 1024 * 1024, '10 MiB'],
])('%d bytes: %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})

test.each<[number, string]>([
  [0, '0 ms'],
  [0.44, '0.4 ms'],
  [9.96, '10 ms'],
  [120.4, '120 ms'],
  [999.7, '1 s'],
  [18_240, '18.2 s'],
  [119_980, '2 min'],
  [120_000, '2 min'],
  [185_000, '3 min 5 s'],
  [239_900, '4 min'],
])('%d ms: %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
