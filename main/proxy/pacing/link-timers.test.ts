import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { LinkTimers } from './link-timers'
import { Wheel } from './wheel'

let now = 0
let timers: LinkTimers
let due: string[]
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  now = 0
  due = []
  timers = new LinkTimers(new Wheel(() => now, 10))
})
afterEach(() => {
  vi.useRealTimers()
})

function pass(ms: number): void {
  for (const end = now + ms; now < end; ) {
    now += 10
    vi.advanceTimersByTime(10)
  }
}

const hold = (name: string) => ({ linkDue: () => due.push(name) })

it('goes by one clock for the same timeout and path', () => {
  timers.start(hold('a'), 1000, '/n')
  timers.start(hold('longer'), 2000, '/n')
  pass(600)
  timers.start(hold('b'), 1000, '/n')
  timers.start(hold('elsewhere'), 1000, '/m')
  pass(350)
  expect(due).toEqual([])
  pass(100)
  expect(due).toEqual(['a', 'b'])
  pass(2000)
  expect(due).toEqual(['a', 'b', 'elsewhere', 'longer'])
})

it('gives who had data another round', () => {
  const [a, b] = [hold('a'), hold('b')]
  timers.start(a, 1000, '/n')
  timers.start(b, 1000, '/n')
  pass(500)
  timers.start(a, 1000, '/n')
  pass(600)
  expect(due).toEqual(['b'])
  pass(1000)
  expect(due).toEqual(['b', 'a'])
  pass(3000)
  expect(due).toEqual(['b', 'a'])
})

it('forgets who stops, and leaves the wheel empty', () => {
  const wheel = new Wheel(() => now, 10)
  timers = new LinkTimers(wheel)
  const [a, b] = [hold('a'), hold('b')]
  timers.start(a, 1000, '/n')
  timers.start(b, 1000, '/n')
  timers.stop(a)
  timers.start(b, 500, '/n')
  expect(wheel.size).toBe(1)
  timers.stop(b)
  timers.stop(b)
  expect(wheel.size).toBe(0)
  pass(2000)
  expect(due).toEqual([])
})
