import { afterEach, expect, it } from 'vitest'
import { InOrder } from './in-order'

const order = new InOrder()
afterEach(() => order.stop())

function* parts(name: string, count: number, done: string[], cost = 1): Generator<number, void> {
  for (let i = 0; i < count; i++) {
    done.push(`${name}${i}`)
    yield cost
  }
}

/** Takes longer than a turn. */
function* long(name: string, count: number, done: string[]): Generator<number, void> {
  for (let i = 0; i < count; i++) {
    const until = performance.now() + 9
    while (performance.now() < until);
    done.push(`${name}${i}`)
    yield 1000
  }
}

it('does what is short at once', () => {
  const done: string[] = []
  order.run(parts('a', 3, done))
  expect(done).toEqual(['a0', 'a1', 'a2'])
  expect(order.busy).toBe(false)
})

it('lets others have their turn, and keeps what comes later behind', async () => {
  const done: string[] = []
  order.run(long('a', 3, done))
  expect(done).toEqual(['a0'])
  setImmediate(() => done.push('other'))
  order.run(parts('b', 2, done))
  expect(order.busy).toBe(true)
  await order.idle()
  expect(done.filter((one) => one !== 'other')).toEqual(['a0', 'a1', 'a2', 'b0', 'b1'])
  expect(done.indexOf('other')).toBeLessThan(done.indexOf('a2'))
  expect(order.busy).toBe(false)
})

it('does what comes in the midst of a part after it', () => {
  const done: string[] = []
  function* outer(): Generator<number, void> {
    order.run(parts('b', 1, done))
    yield 1
    done.push('a')
  }
  order.run(outer())
  expect(done).toEqual(['a', 'b0'])
})

it('goes on after an error with what came later', async () => {
  const done: string[] = []
  // biome-ignore lint/correctness/useYield: it comes to none
  function* failing(): Generator<number, void> {
    order.run(parts('b', 1, done))
    throw new Error('a bug')
  }
  expect(() => order.run(failing())).toThrow('a bug')
  await order.idle()
  expect(done).toEqual(['b0'])
})

it('drops the rest when it is stopped', async () => {
  const done: string[] = []
  order.run(long('a', 3, done))
  order.stop()
  await new Promise((resolve) => setImmediate(resolve))
  expect(done).toEqual(['a0'])
  expect(order.busy).toBe(false)
})
