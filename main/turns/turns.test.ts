import { afterEach, describe, expect, it, vi } from 'vitest'
import { atOnce, type Steps } from '../../preload/vocabulary/steps'
import { breather, InOrder, inTurns, withPauses } from './turns'

/** Yields as often as there are more to come, with what each costs. */
function* stepsOf(name: string, count: number, log: string[], cost?: number): Steps<string> {
  for (let i = 0; i < count; i++) {
    log.push(`${name}${i}`)
    if (i + 1 < count) yield cost
  }
  return name
}

function* of(work: () => void, cost?: number): Steps<void> {
  work()
  yield cost
}

const soonest = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Each look at the clock is so many milliseconds after the one before. */
function everyLookTakes(ms: number): void {
  let now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += ms
    return now
  })
}

/** Counts turns of the event loop until `done`. */
async function turnsUntil(done: () => boolean): Promise<number> {
  let turns = 0
  for (; !done(); turns++) await soonest()
  return turns
}

/** Errors that nobody caught while `act` is under way. */
async function uncaught(act: () => Promise<unknown>): Promise<string[]> {
  const caught: string[] = []
  const before = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => caught.push(String(error)))
  await act()
  process.removeAllListeners('uncaughtException')
  for (const listener of before) process.on('uncaughtException', listener)
  return caught
}

afterEach(async () => {
  vi.restoreAllMocks()
  await soonest()
  await soonest()
})

describe('steps', () => {
  it('are done at once', () => {
    const log: string[] = []
    expect(atOnce(stepsOf('a', 3, log))).toBe('a')
    expect(log).toEqual(['a0', 'a1', 'a2'])
  })

  it('are done with pauses where it is time', async () => {
    const log: string[] = []
    let looks = 0
    const pause = () => {
      log.push('look')
      return ++looks === 2 ? soonest().then(() => void log.push('others')) : undefined
    }
    expect(await withPauses(stepsOf('a', 4, log), pause)).toBe('a')
    expect(log).toEqual(['a0', 'look', 'a1', 'look', 'others', 'a2', 'look', 'a3'])
  })

  it('take a breath after eight milliseconds', async () => {
    everyLookTakes(3)
    const pause = breather()
    expect([pause(), pause()]).toEqual([undefined, undefined])
    await pause()
    expect([pause(), pause()]).toEqual([undefined, undefined])
    expect(pause()).toBeInstanceOf(Promise)
  })
})

describe('in turns', () => {
  /** Resolves once all of them are done. */
  function all(...work: [name: string, count: number, cost?: number][]): { log: string[]; done: Promise<unknown> } {
    const log: string[] = []
    const promises = work.map(
      ([name, count, cost]) =>
        new Promise<void>((resolve) => {
          inTurns(stepsOf(name, count, log, cost), (value) => {
            log.push(`${value} done`)
            resolve()
          })
        }),
    )
    return { log, done: Promise.all(promises) }
  }

  it('what is short is done at once', () => {
    expect(all(['a', 1], ['b', 1]).log).toEqual(['a0', 'a done', 'b0', 'b done'])
  })

  it('the first step is taken at once, the others by turns', async () => {
    const { log, done } = all(['a', 3], ['b', 2])
    expect(log).toEqual(['a0', 'b0'])
    await done
    expect(log).toEqual(['a0', 'b0', 'a1', 'b1', 'b done', 'a2', 'a done'])
  })

  it('steps that say what they cost go on until that is enough to look at the time', () => {
    expect(all(['a', 64, 1]).log).toHaveLength(65)
    expect(all(['a', 66, 1]).log).toHaveLength(64)
    expect(all(['a', 4, 32]).log).toHaveLength(2)
  })

  it('others have their turn while there is more to do', async () => {
    everyLookTakes(5)
    const { log } = all(['a', 20])
    expect(await turnsUntil(() => log.includes('a done'))).toBeGreaterThan(5)
  })

  it('all of it has one turn together', async () => {
    everyLookTakes(1)
    const { log } = all(['a', 20], ['b', 20], ['c', 20], ['d', 20])
    // 80 steps, a look at the clock for each: eight to nine of them in a turn.
    expect(await turnsUntil(() => log.filter((one) => one.endsWith('done')).length === 4)).toBeGreaterThan(7)
  })

  it('what a step throws ends that work alone', async () => {
    function* failing(): Steps<void> {
      yield
      throw new Error('of this one')
    }
    const done: string[] = []
    const caught = await uncaught(async () => {
      inTurns(failing(), () => done.push('failing'))
      await all(['a', 5], ['b', 5]).done
    })
    expect(caught).toEqual(['Error: of this one'])
    expect(done).toEqual([])
  })
})

describe('in order', () => {
  const order = new InOrder()
  afterEach(() => order.stop())
  const part = (name: string, log: string[]) => of(() => log.push(name), 1)
  function* long(name: string, count: number, log: string[]): Steps<void> {
    for (let i = 0; i < count; i++) {
      log.push(`${name}${i}`)
      yield 1000
    }
  }

  it('what is short is done at once', () => {
    const log: string[] = []
    order.run(part('a', log))
    expect(log).toEqual(['a'])
    expect(order.busy).toBe(false)
  })

  it('others have their turn, and what comes later stays behind', async () => {
    everyLookTakes(9)
    const log: string[] = []
    order.run(long('a', 4, log))
    expect(log).toEqual(['a0', 'a1'])
    setImmediate(() => log.push('other'))
    order.run(part('b', log))
    order.run(part('c', log))
    expect(order.busy).toBe(true)
    await order.idle()
    expect(log.filter((one) => one !== 'other')).toEqual(['a0', 'a1', 'a2', 'a3', 'b', 'c'])
    expect(log.indexOf('other')).toBeLessThan(log.indexOf('b'))
    expect(order.busy).toBe(false)
  })

  it('two orders do not wait for each other', async () => {
    everyLookTakes(9)
    const log: string[] = []
    const another = new InOrder()
    order.run(long('a', 6, log))
    another.run(part('b', log))
    expect(log).toEqual(['a0', 'a1', 'b'])
    another.run(long('c', 3, log))
    await Promise.all([order.idle(), another.idle()])
    expect(log.indexOf('c2')).toBeLessThan(log.indexOf('a5'))
  })

  it('what comes in the middle of a part is done after it', () => {
    const log: string[] = []
    order.run(
      of(() => {
        order.run(part('b', log))
        log.push('a')
      }, 1),
    )
    expect(log).toEqual(['a', 'b'])
  })

  it('goes on after an error with what came later', async () => {
    const log: string[] = []
    const failing = () =>
      of(() => {
        order.run(part('b', log))
        throw new Error('a bug')
      })
    expect(() => order.run(failing())).toThrow('a bug')
    await order.idle()
    expect(log).toEqual(['b'])
  })

  it('goes on after an error in a later turn', async () => {
    everyLookTakes(9)
    const log: string[] = []
    const caught = await uncaught(async () => {
      order.run(long('a', 4, log))
      order.run(
        of(() => {
          throw new Error('a bug')
        }),
      )
      order.run(part('b', log))
      await order.idle()
    })
    expect(caught).toEqual(['Error: a bug'])
    expect(log).toEqual(['a0', 'a1', 'a2', 'a3', 'b'])
  })

  it('drops the rest when it is stopped', async () => {
    everyLookTakes(9)
    const log: string[] = []
    order.run(long('a', 3, log))
    order.stop()
    await soonest()
    expect(log).toEqual(['a0', 'a1'])
    expect(order.busy).toBe(false)
  })
})

describe('soon', () => {
  const line = new InOrder()
  const soon = (work: () => void) => line.soon(work)
  afterEach(() => line.stop())

  it('does at once what there is time for, and the rest in later turns and in order', async () => {
    everyLookTakes(1)
    const log: number[] = []
    for (let i = 0; i < 40; i++) soon(() => log.push(i))
    expect(log.length).toBeGreaterThan(5)
    expect(log.length).toBeLessThan(12)
    expect(await turnsUntil(() => log.length === 40)).toBeGreaterThan(2)
    expect(log).toEqual(Array.from({ length: 40 }, (_, i) => i))
  })

  it('shares the turn with work that is under way', () => {
    everyLookTakes(9)
    const order = new InOrder()
    const log: string[] = []
    order.run(of(() => log.push('long'), 1000))
    order.run(of(() => log.push('long'), 1000))
    soon(() => log.push('soon'))
    expect(log).not.toContain('soon')
    order.stop()
  })

  it('what comes in the midst of it is done after it', () => {
    const log: string[] = []
    soon(() => {
      soon(() => log.push('b'))
      log.push('a')
    })
    expect(log.sort()).toEqual(['a', 'b'])
  })

  it('each order has its share of the turns', async () => {
    everyLookTakes(1)
    const log: string[] = []
    const another = new InOrder()
    for (let i = 0; i < 100; i++) soon(() => log.push('a'))
    for (let i = 0; i < 10; i++) another.soon(() => log.push('b'))
    await turnsUntil(() => log.length === 110)
    expect(log.lastIndexOf('b')).toBeLessThan(60)
  })

  it('an error ends that alone', async () => {
    everyLookTakes(9)
    const log: string[] = []
    const caught = await uncaught(async () => {
      soon(() => log.push('a'))
      soon(() => {
        throw new Error('a bug')
      })
      soon(() => log.push('b'))
      await turnsUntil(() => log.length === 2)
    })
    expect(caught).toEqual(['Error: a bug'])
  })
})
