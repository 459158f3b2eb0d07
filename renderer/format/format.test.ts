import { expect, test } from 'vitest'
import { formatBytes, formatCount } from './bytes'
import { formatClock, formatDuration, formatOffset } from './duration'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [1024 * 1024 - 1, '1 MiB'],
  [10_485_760, '10 MiB'],
  [256 * 1024 * 1024, '256 MiB'],
  [3 * 1024 ** 4, '3 TiB'],
])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

test.each([
  [0, '0.0 ms'],
  [0.44, '0.4 ms'],
  [12.4, '12 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [1300, '1.3 s'],
  [52_000, '52 s'],
  [59_700, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_840_000, '1 h 4 min'],
  [-2000, '-2.0 s'],
  [Number.NaN, '–'],
])('%d ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

test.each([
  [4.6, '+4.6 ms'],
  [-4.6, '−4.6 ms'],
  [30_000, '+30.0 s'],
  [125_000, '+2 min 5 s'],
])('%d ms from the beginning is %s', (ms, text) => expect(formatOffset(ms)).toBe(text))

test('a clock has milliseconds', () => {
  const epoch = new Date(2026, 0, 2, 14, 3, 22, 400).getTime()
  expect(formatClock(18.9, epoch)).toBe('14:03:22.418')
})

test('thousands are grouped', () => expect(formatCount(1_234_567)).toBe('1,234,567'))
