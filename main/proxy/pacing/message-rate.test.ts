import { describe, expect, test } from 'vitest'
import { MessageRate } from './message-rate'
import { Wheel } from './wheel'

function limited(rate: number, max: number) {
  let time = 0
  const wheel = new Wheel(() => time, 10)
  const limiter = new MessageRate(wheel, () => time, { rate, max })
  const ran: string[] = []
  const offer = (name: string, weight: number) => limiter.offer(weight, 0, () => ran.push(name))
  const pass = (ms: number) => {
    for (const end = time + ms; time < end; ) {
      time += 10
      wheel.turn()
    }
  }
  return { limiter, ran, offer, pass, wheel }
}

describe('a rate of messages', () => {
  test('is not limited unless it is set', () => {
    const { offer, limiter } = limited(0, 10)
    expect(limiter.limited).toBe(false)
    expect(offer('a', 1_000_000)).toBe('now')
    expect(offer('b', 1)).toBe('now')
  })

  test('lets a second’s worth go at once; the rest waits, in order, until its turn comes', () => {
    const { offer, ran, pass, wheel } = limited(100, 0)
    expect(offer('a', 100)).toBe('now')
    expect(offer('b', 50)).toBe('later')
    expect(offer('c', 50)).toBe('later')
    expect(ran).toEqual([])
    pass(100)
    expect(ran).toEqual(['b'])
    pass(300)
    expect(ran).toEqual(['b'])
    pass(300)
    expect(ran).toEqual(['b', 'c'])
    wheel.stop()
  })

  test('lets nothing overtake what waits', () => {
    const { offer, ran, pass, wheel } = limited(100, 0)
    offer('a', 150)
    expect(offer('b', 1)).toBe('later')
    expect(offer('c', 1)).toBe('later')
    pass(1000)
    expect(ran).toEqual(['b', 'c'])
    expect(offer('d', 1)).toBe('now')
    wheel.stop()
  })

  test('refuses what is more than may wait, and takes it again when there is room', () => {
    const { offer, ran, pass, wheel } = limited(100, 60)
    offer('a', 200)
    expect(offer('b', 50)).toBe('later')
    expect(offer('c', 20)).toBe('never')
    expect(offer('d', 10)).toBe('later')
    pass(3000)
    expect(ran).toEqual(['b', 'd'])
    expect(offer('e', 60)).toBe('now')
    wheel.stop()
  })

  test('costs nothing where nobody listens', () => {
    const { offer, wheel } = limited(1, 1)
    offer('a', 5)
    expect(offer('b', 0)).toBe('now')
    wheel.stop()
  })

  test('stopped, runs nothing more', () => {
    const { offer, ran, pass, limiter, wheel } = limited(100, 0)
    offer('a', 200)
    offer('b', 1)
    limiter.stop()
    pass(5000)
    expect(ran).toEqual([])
    wheel.stop()
  })
})
