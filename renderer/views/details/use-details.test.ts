import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createThrottle } from './use-details'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const setUp = (interval: Parameters<typeof createThrottle>[0] = 250) => {
  const throttle = createThrottle(interval)
  const runs: string[] = []
  const wanted: (() => boolean)[] = []
  const request = (key: unknown, name: string) =>
    throttle.request(key, async (stillWanted) => {
      runs.push(name)
      wanted.push(stillWanted)
    })
  return { throttle, runs, wanted, request }
}

test('the first one runs at once, those that follow once an interval, the last of them for sure', () => {
  const { runs, request } = setUp()
  request(1, 'a')
  expect(runs).toEqual(['a'])
  request(1, 'b')
  request(1, 'c')
  vi.advanceTimersByTime(249)
  expect(runs).toEqual(['a'])
  vi.advanceTimersByTime(1)
  expect(runs).toHaveLength(2)
  vi.advanceTimersByTime(1000)
  expect(runs).toHaveLength(2)
  request(1, 'd')
  expect(runs.at(-1)).toBe('d')
})

test('another key runs at once, and what came of the one before is not wanted any more', () => {
  const { runs, wanted, request } = setUp()
  request(1, 'a')
  request(1, 'b')
  request(2, 'c')
  expect(runs).toEqual(['a', 'c'])
  expect(wanted.map((stillWanted) => stillWanted())).toEqual([false, true])
  vi.advanceTimersByTime(1000)
  expect(runs).toEqual(['a', 'c'])
})

test('stopped, nothing runs any more', () => {
  const { throttle, runs, wanted, request } = setUp()
  request(1, 'a')
  request(1, 'b')
  throttle.stop()
  vi.advanceTimersByTime(1000)
  expect(runs).toEqual(['a'])
  expect(wanted[0]?.()).toBe(false)
})

test('the interval may change from run to run', () => {
  let interval = 100
  const { runs, request } = setUp(() => interval)
  request(1, 'a')
  interval = 1000
  request(1, 'b')
  vi.advanceTimersByTime(999)
  expect(runs).toEqual(['a'])
  vi.advanceTimersByTime(1)
  expect(runs).toEqual(['a', 'b'])
})
