import { describe, expect, test } from 'vitest'
import { lanesOf } from '../../testing/lanes'
import { everything, extentOf, nextSpan, pan, reveal, spanLabel, windowOf, zoom } from './lanes-window'

const live = (span = 10_000) => ({ span, end: null })
/** A session a minute long. */
const extent = { first: 0, last: 60_000 }

describe('what is known of a channel', () => {
  test('reaches to now while somebody is held', () => {
    expect(extentOf(lanesOf([{ from: 5, to: null }], [{ at: 3 }]), 100)).toEqual({ first: 3, last: 100 })
  })

  test('ends with the last thing that happened where nobody is', () => {
    expect(extentOf(lanesOf([{ from: 5, to: 20 }], [{ at: 30 }]), 100)).toEqual({ first: 5, last: 30 })
  })

  test('is now where nothing is known', () => {
    expect(extentOf(lanesOf([], []), 100)).toEqual({ first: 100, last: 100 })
  })
})

describe('following', () => {
  test('shows the end, with a little room after it', () => {
    expect(windowOf(live(), extent)).toEqual({ from: 50_400, to: 60_400 })
  })

  test('begins at the left while all of it fits', () => {
    expect(windowOf(live(), { first: 1000, last: 3000 })).toEqual({ from: 600, to: 10_600 })
  })
})

describe('moving', () => {
  test('back in time stands still', () => {
    const view = pan(live(), extent, -5000)
    expect(view).toEqual({ span: 10_000, end: 55_400 })
    expect(windowOf(view, { first: 0, last: 90_000 })).toEqual({ from: 45_400, to: 55_400 })
  })

  test('to the end follows again', () => {
    expect(pan({ span: 10_000, end: 55_400 }, extent, 5000)).toEqual(live())
  })

  test('goes no further back than what is known', () => {
    expect(windowOf(pan(live(), extent, -1e9), extent).from).toBe(-400)
  })

  test('does nothing where all of it is on screen', () => {
    expect(pan(live(), { first: 0, last: 5000 }, -3000)).toEqual(live())
  })
})

describe('zooming', () => {
  test('goes on following', () => {
    expect(zoom(live(), extent, 5000)).toEqual(live(5000))
  })

  test('keeps the middle where it stands still', () => {
    expect(zoom({ span: 10_000, end: 40_000 }, extent, 20_000)).toEqual({ span: 20_000, end: 45_000 })
  })

  test('keeps the time under the pointer', () => {
    const view = zoom({ span: 10_000, end: 40_000 }, extent, 5000, 32_000)
    // It was at a fifth of the width.
    expect(windowOf(view, extent)).toEqual({ from: 31_000, to: 36_000 })
  })

  test('steps over round spans, from whatever there is', () => {
    expect([nextSpan(60_000, 1), nextSpan(60_000, -1)]).toEqual([120_000, 30_000])
    expect([nextSpan(43_000, 1), nextSpan(43_000, -1)]).toEqual([60_000, 30_000])
    expect([nextSpan(50, -1), nextSpan(864e5, 1)]).toEqual([50, 864e5])
  })

  test('on everything shows the first and the last', () => {
    const { from, to } = windowOf(everything(extent), extent)
    expect(from).toBeLessThan(0)
    expect(to).toBeGreaterThan(60_000)
    expect(to - from).toBeLessThan(70_000)
  })
})

describe('a chosen time', () => {
  test('on screen moves nothing, and stands still', () => {
    expect(reveal(live(), extent, 55_000)).toEqual({ span: 10_000, end: 60_400 })
  })

  test('elsewhere comes to the middle', () => {
    expect(windowOf(reveal(live(), extent, 30_000), extent)).toEqual({ from: 25_000, to: 35_000 })
  })

  test('at the beginning stays within what is known', () => {
    expect(windowOf(reveal(live(), extent, 100), extent).from).toBe(-400)
  })
})

test.each([
  [50, '50 ms'],
  [5000, '5 s'],
  [60_000, '60 s'],
  [43_210, '43 s'],
  [120_000, '2 min'],
  [5_400_000, '1.5 h'],
])('%d milliseconds are "%s"', (span, label) => expect(spanLabel(span)).toBe(label))
