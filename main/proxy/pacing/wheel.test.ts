import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type HasTimeout, Wheel } from './wheel'

let now = 0
let wheel: Wheel
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  now = 1000
  wheel = new Wheel(() => now)
})
afterEach(() => {
  wheel.stop()
  vi.useRealTimers()
})

class Sleeper implements HasTimeout {
  dueTick = 0
  readonly woken: number[] = []
  readonly #then: (sleeper: Sleeper) => void

  constructor(then: (sleeper: Sleeper) => void = () => {}) {
    this.#then = then
  }

  onTimeout(): void {
    this.woken.push(now)
    this.#then(this)
  }
}

/** Lets time pass in steps, as the interval does. */
function pass(ms: number, step = 10): void {
  for (const end = now + ms; now < end; ) {
    now = Math.min(now + step, end)
    vi.advanceTimersByTime(step)
  }
}

describe('a wheel', () => {
  it.each([0, 1, 49, 50, 51, 1000, 12_345])('wakes after %i ms, never early, and at most two ticks late', (ms) => {
    const sleeper = new Sleeper()
    const began = now
    wheel.set(sleeper, ms)
    pass(ms + 200)
    expect(sleeper.woken).toHaveLength(1)
    expect((sleeper.woken[0] ?? 0) - began).toBeGreaterThanOrEqual(ms)
    expect((sleeper.woken[0] ?? 0) - began).toBeLessThanOrEqual(ms + 110)
    expect(sleeper.dueTick).toBe(0)
  })

  it('wakes nobody who was cleared, or set to another time', () => {
    const [cleared, moved] = [new Sleeper(), new Sleeper()]
    wheel.set(cleared, 100)
    wheel.set(moved, 100)
    wheel.clear(cleared)
    wheel.set(moved, 500)
    pass(300)
    expect([cleared.woken, moved.woken]).toEqual([[], []])
    pass(300)
    expect(moved.woken).toHaveLength(1)
  })

  it('wakes thousands by one interval, which stops when nobody waits', () => {
    const sleepers = Array.from({ length: 5000 }, () => new Sleeper())
    for (const sleeper of sleepers) wheel.set(sleeper, 100)
    expect(vi.getTimerCount()).toBe(1)
    pass(300)
    expect(sleepers.every(({ woken }) => woken.length === 1)).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
    const again = new Sleeper()
    wheel.set(again, 100)
    pass(300)
    expect(again.woken).toHaveLength(1)
  })

  it('wakes again who sets itself again while it is woken', () => {
    const sleeper = new Sleeper((self) => {
      if (self.woken.length < 5) wheel.set(self, 0)
    })
    wheel.set(sleeper, 0)
    pass(1000)
    expect(sleeper.woken).toHaveLength(5)
  })

  it('wakes nobody whom another one cleared in the same tick', () => {
    const victim = new Sleeper()
    const first = new Sleeper(() => wheel.clear(victim))
    wheel.set(first, 100)
    wheel.set(victim, 100)
    pass(300)
    expect(first.woken).toHaveLength(1)
    expect(victim.woken).toEqual([])
  })

  it('wakes all that was due in a long pause at once, in order', () => {
    const order: number[] = []
    for (const ms of [300_000, 100_000, 200_000, 500_000]) wheel.set(new Sleeper(() => order.push(ms)), ms)
    now += 400_000
    vi.advanceTimersByTime(50)
    expect(order).toEqual([100_000, 200_000, 300_000])
  })

  it('clears who does not wait without a word', () => {
    expect(() => wheel.clear(new Sleeper())).not.toThrow()
  })

  it('keeps nothing of what is cleared, however far away it was', () => {
    const sleepers = Array.from({ length: 100 }, () => new Sleeper())
    for (const [i, sleeper] of sleepers.entries()) wheel.set(sleeper, i * 1_000_000)
    expect([wheel.size, wheel.slots]).toEqual([100, 100])
    for (const sleeper of sleepers) wheel.clear(sleeper)
    expect([wheel.size, wheel.slots]).toEqual([0, 0])
  })
})
