import { expect, test } from 'vitest'
import { Faults } from './faults'

function setting() {
  const said: string[] = []
  const ended: string[] = []
  let now = 1000
  const faults = new Faults({
    now: () => now,
    say: (text) => void said.push(text),
    end: (message) => void ended.push(message),
  })
  const later = (ms: number): void => {
    now += ms
  }
  return { faults, said, ended, later }
}

test('an error is survived, told with where it was, and known', () => {
  const { faults, said, ended } = setting()
  faults.started()
  let told = 0
  faults.onFault(() => void told++)
  faults.take(new RangeError('Invalid string length'))
  faults.take('only a word')
  expect(ended).toEqual([])
  expect(told).toBe(2)
  expect(said[0]).toMatch(/^internal error, survived: RangeError: Invalid string length\nRangeError: .*\n +at /)
  expect(faults.known).toEqual({ count: 2, latest: { at: 1000, message: 'Error: only a word' } })
})

test('one at the start ends the program', () => {
  const { faults, ended } = setting()
  faults.take(new Error('no such file'))
  expect(ended).toEqual(['it has to end at its start: Error: no such file'])
  expect(faults.known).toBeNull()
})

test.each([
  new RangeError('Array buffer allocation failed'),
  Object.assign(new Error('write ENOMEM'), { code: 'ENOMEM' }),
])('without memory it ends: %s', (error) => {
  const { faults, ended } = setting()
  faults.started()
  faults.take(error)
  expect(ended).toHaveLength(1)
})

test('a flood ends it, as many over a long time do not', () => {
  const { faults, ended, later } = setting()
  faults.started()
  for (let i = 0; i < 200; i++) {
    faults.take(new Error('now and then'))
    later(1000)
  }
  expect(ended).toEqual([])
  later(10_000)
  for (let i = 0; i < 50; i++) faults.take(new Error('always'))
  expect(ended).toEqual(['it has to end, 50 errors within 10 s: Error: always'])
})

test('what a client sent can’t steer the terminal, and is bounded', () => {
  const { faults, said } = setting()
  faults.started()
  faults.take(new Error(`\u001b[2J\nforged\r${'x'.repeat(100_000)}`))
  expect(said[0]).not.toContain('\u001b')
  expect(said[0]).not.toContain('\r')
  expect(said[0]?.length).toBeLessThan(5000)
  expect(faults.known?.latest.message).toMatch(/^Error: \?\[2J forged\?x+$/)
})
