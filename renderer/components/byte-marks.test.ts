import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byteMarks, markedBytes } from './byte-marks'

const row = (text: string, marks: readonly string[], start = 0) =>
  markedBytes(new TextEncoder().encode(text), byteMarks(marks), start, 16)

test.each<[text: string, marks: readonly string[], start: number, ranges: readonly (readonly [number, number])[]]>([
  ['say tea', ['TEA'], 0, [[4, 7]]],
  [
    'TeaTEA tea',
    ['tea'],
    0,
    [
      [0, 6],
      [7, 10],
    ],
  ],
  ['0123456789abcdefghij', ['defghi'], 0, [[13, 16]]],
  ['0123456789abcdefghij', ['defghi'], 16, [[0, 3]]],
  [
    'caf\u00c9 caf\u00e9',
    ['\u00e9'],
    0,
    [
      [3, 5],
      [9, 11],
    ],
  ],
  ['overlap', ['over', 'rlap'], 0, [[0, 7]]],
  ['aaaa', ['aa'], 0, [[0, 4]]],
  ['nothing', ['x', ''], 0, []],
  ['', ['x'], 0, []],
  ['te', ['tea'], 0, []],
])('in %j, %j of the row at %i is %j', (text, marks, start, ranges) => {
  expect(row(text, marks, start)).toEqual(ranges)
})

test('rows together mark what the whole has', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 80 }), (text) => {
      const rows: number[] = []
      for (let start = 0; start < text.length; start += 16) {
        for (const [from, to] of row(text, ['aba'], start)) for (let i = from; i < to; i += 1) rows.push(start + i)
      }
      const whole = new Set<number>()
      for (let at = 0; at + 3 <= text.length; at += 1) {
        if (text.slice(at, at + 3).toLowerCase() === 'aba') for (let i = at; i < at + 3; i += 1) whole.add(i)
      }
      expect(rows).toEqual([...whole].sort((a, b) => a - b))
    }),
  )
})
