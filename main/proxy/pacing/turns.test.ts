import { expect, test, vi } from 'vitest'
import { inTurns, type Steps } from './turns'

function* stepsOf(name: string, count: number, log: string[]): Steps<string> {
  for (let i = 0; i < count; i++) {
    log.push(`${name}${i}`)
    if (i + 1 < count) yield
  }
  return name
}

/** Resolves once all of them are done. */
function all(...work: [name: string, count: number][]): { log: string[]; done: Promise<unknown> } {
  const log: string[] = []
  const promises = work.map(
    ([name, count]) =>
      new Promise<void>((resolve) => {
        inTurns(stepsOf(name, count, log), (value) => {
          log.push(`${value} done`)
          resolve()
        })
      }),
  )
  return { log, done: Promise.all(promises) }
}

test('what is short is done at once', () => {
  expect(all(['a', 1], ['b', 1]).log).toEqual(['a0', 'a done', 'b0', 'b done'])
})

test('the first step is taken at once, the others by turns', async () => {
  const { log, done } = all(['a', 3], ['b', 2])
  expect(log).toEqual(['a0', 'b0'])
  await done
  expect(log).toEqual(['a0', 'b0', 'a1', 'b1', 'b done', 'a2', 'a done'])
})

test('others have their turn while there is more to do', async () => {
  let now = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 5
    return now
  })
  const { log, done } = all(['a', 20])
  let between = 0
  const other = (): void => {
    if (log.includes('a done')) return
    between++
    setImmediate(other)
  }
  setImmediate(other)
  await done
  clock.mockRestore()
  expect(between).toBeGreaterThan(5)
})

test('what a step throws ends that work alone', async () => {
  const caught: unknown[] = []
  const before = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => caught.push(error))
  function* failing(): Steps<void> {
    yield
    throw new Error('of this one')
  }
  inTurns(failing(), () => caught.push('done'))
  await all(['a', 5], ['b', 5]).done
  process.removeAllListeners('uncaughtException')
  for (const listener of before) process.on('uncaughtException', listener)
  expect(caught.map(String)).toEqual(['Error: of this one'])
})
