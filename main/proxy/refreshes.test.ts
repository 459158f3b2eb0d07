import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Refreshes } from './refreshes'
import { Wheel } from './wheel'

let now = 0
let refreshes: Refreshes
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  now = 0
  refreshes = new Refreshes(new Wheel(() => now))
})
afterEach(() => {
  refreshes.stop()
  vi.useRealTimers()
})

function pass(ms: number): void {
  for (const end = now + ms; now < end; ) {
    now += 10
    vi.advanceTimersByTime(10)
  }
}

it('lets a hundred look for news in a tenth of a second, each once', () => {
  const asked: number[] = []
  const holds = Array.from({ length: 250 }, (_, i) => ({ refresh: () => asked.push(i) }))
  for (const hold of holds) refreshes.add(hold, 'subscribed')
  for (const hold of holds) refreshes.add(hold, 'recover')
  const counts: number[] = []
  for (let i = 0; i < 100; i++) {
    const before = asked.length
    pass(10)
    if (asked.length > before) counts.push(asked.length - before)
  }
  expect(counts).toEqual([100, 100, 50])
  expect(asked).toEqual(holds.map((_, i) => i))
})

it('tells each why: the first reason counts', () => {
  const whys: string[] = []
  const hold = { refresh: (why: string) => whys.push(why) }
  refreshes.add(hold, 'subscribed')
  refreshes.add(hold, 'recover')
  pass(200)
  refreshes.add(hold, 'recover')
  pass(200)
  expect(whys).toEqual(['subscribed', 'recover'])
})

it('asks nobody after it was stopped', () => {
  const hold = { refresh: vi.fn() }
  refreshes.add(hold, 'subscribed')
  refreshes.stop()
  pass(500)
  expect(hold.refresh).not.toHaveBeenCalled()
})
