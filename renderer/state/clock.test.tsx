// Numbers that grow by themselves: how often they are renewed.
import { act, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { testExchange } from '../testing/rows'
import { take } from '../testing/start-app'
import { useTraceNow } from './clock'

let drawn = 0

function Growing() {
  drawn += 1
  return <output>{Math.round(useTraceNow(true))}</output>
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function timesIn(ms: number): number {
  drawn = 0
  for (let passed = 0; passed < ms; passed += 100) act(() => vi.advanceTimersByTime(100))
  return drawn
}

test('ten times a second, and twice while rows come by the hundred', () => {
  take({ reset: true })
  render(<Growing />)
  expect(timesIn(1000)).toBe(10)
  take({ exchanges: Array.from({ length: 200 }, (_, i) => testExchange({ id: i + 1 })) })
  expect(timesIn(900)).toBeLessThanOrEqual(2)
  // Nothing more has come.
  act(() => vi.advanceTimersByTime(200))
  expect(timesIn(1000)).toBe(10)
  expect(screen.getByRole('status').textContent).not.toBe('')
})
