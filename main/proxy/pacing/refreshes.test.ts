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

/** How many asked at a time, one number for each time. */
function counted(asked: readonly unknown[], ms: number): number[] {
  const counts: number[] = []
  for (let i = 0; i < ms / 10; i++) {
    const before = asked.length
    pass(10)
    if (asked.length > before) counts.push(asked.length - before)
  }
  return counts
}

it('gathers those who ask the same, and lets a hundred ask in a tenth of a second, each once', () => {
  const asked: number[] = []
  const holds = Array.from({ length: 250 }, (_, i) => ({ refreshNow: () => asked.push(i) }))
  for (const hold of holds) refreshes.add(hold, 'subscribed', '/next')
  for (const hold of holds) refreshes.add(hold, 'recover', '/next')
  pass(90)
  expect(asked).toEqual([])
  expect(counted(asked, 60)).toEqual([100])
  expect(counted(asked, 100)).toEqual([100])
  expect(counted(asked, 100)).toEqual([50])
  expect(asked).toEqual(holds.map((_, i) => i))
})

it('lets those who ask something else take turns', () => {
  const asked: string[] = []
  const add = (asks: string, count: number): void => {
    for (let i = 0; i < count; i++) refreshes.add({ refreshNow: () => asked.push(asks) }, 'recover', asks)
  }
  add('/a', 150)
  add('/b', 1)
  add('/c', 2)
  expect(counted(asked, 1000)).toEqual([100, 1, 2, 50])
  expect(asked.slice(99, 104)).toEqual(['/a', '/b', '/c', '/c', '/a'])
})

it('tells each why: the first reason counts', () => {
  const whys: string[] = []
  const hold = { refreshNow: (why: string) => whys.push(why) }
  refreshes.add(hold, 'subscribed', '')
  refreshes.add(hold, 'recover', '')
  pass(300)
  refreshes.add(hold, 'recover', '')
  pass(300)
  expect(whys).toEqual(['subscribed', 'recover'])
})

it('asks nobody who is over, and nobody after it was stopped', () => {
  const [over, other] = [{ refreshNow: vi.fn() }, { refreshNow: vi.fn() }]
  refreshes.add(over, 'subscribed', '/a')
  refreshes.remove(over, '/a')
  refreshes.add(other, 'subscribed', '/a')
  refreshes.stop()
  pass(500)
  expect(over.refreshNow).not.toHaveBeenCalled()
  expect(other.refreshNow).not.toHaveBeenCalled()
})
