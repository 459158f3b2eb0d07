import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnNames, fitColumns } from './columns'

/** Pixels of the window less those of the side bar. */
const table = (window: number) => window - 48
const leastOf = (template: string) =>
  [...template.matchAll(/(\d+)px/g)].reduce((sum, [, width]) => sum + Number(width), 0)

describe('the columns', () => {
  test.each([1600, 1440, 1280, 1000, 900, 640])('fit a window of %i pixels', (window) => {
    const { template, least } = fitColumns(table(window), {})
    expect(least).toBeLessThanOrEqual(table(window))
    expect(least).toBe(leastOf(template) + 22)
  })

  test('are as wide as they should be where there is room', () => {
    expect(fitColumns(1552, {}).widths).toEqual({
      id: 56,
      kind: 112,
      method: 66,
      status: 58,
      channels: 164,
      state: 182,
    })
  })

  test('are narrower where there is not, and no narrower than they can be read', () => {
    const narrow = fitColumns(100, {})
    expect(narrow.widths).toEqual({ id: 40, kind: 86, method: 52, status: 44, channels: 76, state: 104 })
    expect(narrow.least).toBeGreaterThan(100)
  })

  test('keep the widths that somebody chose, and say what they need', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 40, max: 600 }), (available, path) => {
        const { widths, template, least } = fitColumns(available, { channels: path })
        expect(widths.channels).toBe(path)
        expect(template.split(/ (?![^(]*\))/)).toHaveLength(columnNames.length)
        expect(least).toBe(leastOf(template) + 22)
      }),
    )
  })
})
