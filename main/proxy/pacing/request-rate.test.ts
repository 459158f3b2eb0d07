import { expect, test } from 'vitest'
import { RequestRate } from './request-rate'
import { Wheel } from './wheel'

function limited(rate: number) {
  let time = 0
  const wheel = new Wheel(() => time, 10)
  const asks = new RequestRate(wheel, () => time, rate)
  const asked: string[] = []
  return {
    asks,
    asked,
    stop: () => wheel.stop(),
    take: (url: string, name: string, wanted = () => true) => {
      const begin = (): boolean => {
        if (wanted()) asked.push(name)
        return wanted()
      }
      if (asks.take(url, { begin })) begin()
    },
    pass: (ms: number) => {
      for (const end = time + ms; time < end; ) {
        time += 10
        wheel.turn()
      }
    },
  }
}

test('a second’s worth of requests goes at once, the rest at the rate', () => {
  const { take, asked, pass, stop } = limited(10)
  for (let i = 1; i <= 30; i++) take('/a', String(i))
  expect(asked).toHaveLength(10)
  pass(1100)
  expect(asked.length).toBeGreaterThanOrEqual(19)
  expect(asked.length).toBeLessThanOrEqual(21)
  pass(2000)
  expect(asked).toEqual(Array.from({ length: 30 }, (_, i) => String(i + 1)))
  stop()
})

test('URLs take turns, each in its order', () => {
  const { take, asked, pass, stop } = limited(1)
  take('/a', 'first')
  for (const name of ['a1', 'a2', 'a3']) take('/a', name)
  for (const name of ['b1', 'b2']) take('/b', name)
  pass(6000)
  expect(asked).toEqual(['first', 'a1', 'b1', 'a2', 'b2', 'a3'])
  stop()
})

test('what is not wanted any more takes nobody’s turn', () => {
  const { take, asked, pass, stop } = limited(1)
  take('/a', 'first')
  take('/a', 'gone', () => false)
  take('/a', 'next')
  pass(1500)
  expect(asked).toEqual(['first', 'next'])
  stop()
})

test('nothing is asked after a stop', () => {
  const { asks, take, asked, pass, stop } = limited(1)
  take('/a', 'first')
  take('/a', 'late')
  asks.stop()
  pass(5000)
  expect(asked).toEqual(['first'])
  stop()
})
