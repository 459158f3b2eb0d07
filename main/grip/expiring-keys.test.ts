import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExpiringKeys } from './expiring-keys'

test('forgets what is due, oldest first, and what is too much', () => {
  const keys = new ExpiringKeys()
  const forgotten: string[] = []
  for (const [i, key] of ['a', 'b', 'c', 'd'].entries()) keys.set(key, 10 + i)
  keys.sweep(11, 10, (key) => forgotten.push(key))
  expect(forgotten).toEqual(['a', 'b'])
  keys.sweep(11, 1, (key) => forgotten.push(key))
  expect(forgotten).toEqual(['a', 'b', 'c'])
  expect([keys.until('c'), keys.until('d'), keys.size]).toEqual([undefined, 13, 1])
})

test('a key that is set again stays for its new time, and a deleted one tells nobody', () => {
  const keys = new ExpiringKeys()
  const forgotten: string[] = []
  keys.set('a', 10)
  keys.set('b', 10)
  keys.set('a', 20)
  keys.delete('b')
  keys.sweep(15, 10, (key) => forgotten.push(key))
  expect([forgotten, keys.until('a')]).toEqual([[], 20])
  keys.sweep(20, 10, (key) => forgotten.push(key))
  expect(forgotten).toEqual(['a'])
})

test('stays as it is where the same keys are set again and again', () => {
  const keys = new ExpiringKeys()
  for (let i = 0; i < 10_000; i++) keys.set(String(i % 3), 10_000 + i)
  const forgotten: string[] = []
  keys.sweep(19_998, 10, (key) => forgotten.push(key))
  expect(forgotten).toEqual(['1', '2'])
  expect([keys.size, keys.until('0')]).toEqual([1, 19_999])
})

test('knows what a Map in the same order knows, whatever is done', () => {
  const step = fc.record({
    key: fc.nat(5).map(String),
    does: fc.constantFrom('set', 'set', 'delete', 'sweep'),
    pass: fc.nat(3),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const keys = new ExpiringKeys()
      const model = new Map<string, number>()
      let now = 0
      for (const { key, does, pass } of steps) {
        now += pass
        if (does === 'sweep') {
          keys.sweep(now, 3)
          for (const [old, until] of model) if (until <= now || model.size > 3) model.delete(old)
        } else {
          model.delete(key)
          if (does === 'delete') keys.delete(key)
          else {
            keys.set(key, now + 5)
            model.set(key, now + 5)
          }
        }
        expect(keys.size).toBe(model.size)
        for (const each of ['0', '1', '2', '3', '4', '5']) expect(keys.until(each)).toBe(model.get(each))
      }
    }),
  )
})
