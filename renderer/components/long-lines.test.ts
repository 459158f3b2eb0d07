import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { breakLongLines, canWrap, DRAWN_LINE_MAX, PART_MAX, plainWhy, shownParts } from './long-lines'

/** Half of a character. */
const HALF = /\p{Cs}/u

describe('long lines', () => {
  test('are broken, and the numbers are those of the text’s own lines', () => {
    const { text, numberOf } = breakLongLines(`short\n${'x'.repeat(DRAWN_LINE_MAX * 2 + 5)}\nlast`)
    const lines = text.split('\n')
    expect(lines.map((line) => line.length)).toEqual([5, DRAWN_LINE_MAX, DRAWN_LINE_MAX, 5, 4])
    expect(lines.map((_, index) => numberOf(index + 1))).toEqual(['1', '2', '↪', '↪', '3'])
  })

  test('8 MiB in one line become lines that can be drawn', () => {
    const lines = breakLongLines('y'.repeat(8 * 1024 * 1024)).text.split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBe(DRAWN_LINE_MAX)
    expect(lines.join('')).toHaveLength(8 * 1024 * 1024)
  })

  test('other texts stay as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(breakLongLines(text).text).toBe(text)
      }),
    )
  })

  test('no character is cut in two', () => {
    const { text } = breakLongLines(`x${'😀'.repeat(DRAWN_LINE_MAX * 2)}`)
    expect(text.split('\n').every((line) => !HALF.test(line))).toBe(true)
  })
})

test('a long text is cut into parts, all of it, between lines where they are near', () => {
  const line = `${'z'.repeat(99)}\n`
  for (const text of [line.repeat(40_000), '😀'.repeat(1_500_000), '', 'x', 'a'.repeat(PART_MAX)]) {
    const parts = shownParts(text)
    expect(parts.join('')).toBe(text)
    expect(parts.every((part) => part.length <= PART_MAX && !HALF.test(part))).toBe(true)
  }
  expect(shownParts(line.repeat(40_000)).every((part) => part.endsWith('\n'))).toBe(true)
})

describe('colours', () => {
  test.each([
    ['what is deep', '['.repeat(17_000), /nested/],
    ['what is deep behind a quote without an end', `"${'['.repeat(17_000)}`, /nested/],
    ['what is long', '[1,2]\n'.repeat(200_000), /longer than 512 KiB/],
    ['a long line', `"${'x'.repeat(100_000)}"`, /line/],
  ])('%s stays without', (_name, text, why) => expect(plainWhy(text)).toMatch(why))

  test('other JSON has them', () => {
    expect(plainWhy(JSON.stringify({ a: ['[', ']'] }))).toBeNull()
  })

  test('a very long line does not go on below where it is written', () => {
    expect([canWrap('a\nb'), canWrap('x'.repeat(1_000_000))]).toEqual([true, false])
  })
})
