import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { axisLabel, axisMarks, roundUp, roundWindow, xOf } from './time-window'

const time = fc.double({ min: 0, max: 1e8, noNaN: true })

describe('a round window', () => {
  test('holds what it is for, whatever that is', () => {
    fc.assert(
      fc.property(time, fc.double({ min: 0, max: 1e7, noNaN: true }), (from, length) => {
        const window = roundWindow(from, from + length)
        expect(window.from).toBeLessThanOrEqual(from)
        expect(window.to).toBeGreaterThanOrEqual(from + length)
        // No more than twice as long as needed, but for the least length.
        expect(window.to - window.from).toBeLessThanOrEqual(Math.max(20 * 1.2, length * 1.6))
      }),
    )
  })

  test('stays the same while time goes on a little', () => {
    expect(roundWindow(0, 61_000)).toEqual(roundWindow(0, 62_000))
  })

  test('is at least as long as asked', () => expect(roundWindow(5, 6, 10_000)).toEqual({ from: 0, to: 10_000 }))
})

test.each([
  [0.91, 1],
  [1, 1],
  [1.01, 1.2],
  [61, 65],
  [9_400, 10_000],
])('%d is rounded up to %d', (value, rounded) => expect(roundUp(value)).toBeCloseTo(rounded, 6))

test('a time stands in proportion', () => {
  const window = { from: 1000, to: 3000 }
  expect([1000, 2000, 3000, 4000].map((at) => xOf(at, window, 200))).toEqual([0, 100, 200, 300])
})

describe('the marks of an axis', () => {
  test('are round, inside the window, and not closer than asked', () => {
    fc.assert(
      fc.property(
        fc.nat(1e8),
        fc.integer({ min: 20, max: 1e7 }),
        fc.integer({ min: 1, max: 2000 }),
        (from, span, width) => {
          const window = { from, to: from + span }
          const marks = axisMarks(window, width, 100)
          expect(marks.length).toBeLessThanOrEqual(width / 100 + 1)
          for (const mark of marks) {
            expect(mark).toBeGreaterThanOrEqual(from)
            expect(mark).toBeLessThan(window.to)
          }
          const xs = marks.map((mark) => xOf(mark, window, width))
          for (let index = 1; index < xs.length; index += 1) {
            expect((xs[index] ?? 0) - (xs[index - 1] ?? 0)).toBeGreaterThan(99.9)
          }
        },
      ),
    )
  })

  test('are none where there is no room', () => {
    expect(axisMarks({ from: 0, to: 10 }, 0)).toEqual([])
    expect(axisMarks({ from: 5, to: 5 }, 100)).toEqual([])
  })
})

test.each([
  [0, '0 s'],
  [500, '500 ms'],
  [1500, '1.5 s'],
  [5000, '5 s'],
  [119_000, '119 s'],
  [150_000, '2:30'],
  [3_900_000, '1:05:00'],
])('%d is labelled %s', (at, label) => expect(axisLabel(at)).toBe(label))
