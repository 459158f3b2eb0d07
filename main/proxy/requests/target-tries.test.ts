import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AfterFailure, TargetTries } from './target-tries'

const REFUSED = { notConnected: true, stale: false }
const STALE = { notConnected: false, stale: true }
const BROKEN = { notConnected: false, stale: false }

/** Begins, and takes the first target. */
function begun(patient = false): TargetTries {
  const tries = new TargetTries()
  tries.beginTries(patient)
  tries.takeNext()
  return tries
}

describe('after a try that failed', () => {
  test('the next target is asked, until none is left', () => {
    const tries = begun()
    expect(tries.tryFailed(REFUSED, 2, true, 5)).toBe('failover')
    expect(tries.takeNext()).toBe(1)
    expect(tries.tryFailed(REFUSED, 2, true, 5)).toBe('none-left')
  })

  test('the same target is asked once more by another connection, if the request may be repeated', () => {
    const tries = begun()
    expect(tries.tryFailed(STALE, 2, true, 5)).toBe('stale')
    expect(tries.tryFailed(STALE, 2, true, 5)).toBe('broken')
    expect(begun().tryFailed(STALE, 2, false, 5)).toBe('broken')
  })

  test('no other target is asked by a backend that took the request and broke off', () => {
    expect(begun(true).tryFailed(BROKEN, 2, true, 5)).toBe('broken')
  })

  test('all are asked again after pauses, where the proxy asks on a client’s behalf', () => {
    const tries = begun(true)
    const rounds: [AfterFailure, number][] = []
    for (let i = 0; i < 3; i++) {
      const next = tries.tryFailed(REFUSED, 1, true, 2)
      rounds.push([next, tries.roundsFailed])
      tries.beginRound()
      expect(tries.takeNext()).toBe(0)
    }
    expect(rounds).toEqual([
      ['retry', 0],
      ['retry', 1],
      ['none-left', 1],
    ])
  })

  test('a new request begins anew', () => {
    const tries = begun(true)
    tries.tryFailed(STALE, 1, true, 0)
    expect(tries.tryFailed(REFUSED, 1, true, 0)).toBe('none-left')
    tries.beginTries(false)
    expect(tries.takeNext()).toBe(0)
    expect(tries.tryFailed(STALE, 1, true, 0)).toBe('stale')
  })
})

test('whatever fails: targets are asked in their order, each once a round, no round beyond the bound, and it ends', () => {
  const failure = fc.record({ notConnected: fc.boolean(), stale: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(failure, { minLength: 60, maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      fc.boolean(),
      fc.nat(3),
      (failures, targets, patient, repeatable, retryMax) => {
        const tries = new TargetTries()
        tries.beginTries(patient)
        const asked: number[] = []
        let rounds = 0
        let stale = 0
        let at = tries.takeNext()
        for (const each of failures) {
          asked.push(at)
          expect(at).toBeLessThan(targets)
          const next = tries.tryFailed(each, targets, repeatable, retryMax)
          if (next === 'none-left') expect(at).toBe(targets - 1)
          if (next === 'none-left' || next === 'broken') break
          if (next === 'stale') stale++
          if (next === 'retry') {
            expect([at, tries.roundsFailed]).toEqual([targets - 1, rounds])
            rounds++
            tries.beginRound()
          }
          if (next !== 'stale') {
            const before = at
            at = tries.takeNext()
            expect(at).toBe(next === 'failover' ? before + 1 : 0)
          }
        }
        expect(stale).toBeLessThanOrEqual(repeatable ? 1 : 0)
        expect(rounds).toBeLessThanOrEqual(patient ? retryMax : 0)
        expect(asked.length).toBeLessThanOrEqual(targets * (rounds + 1) + stale)
      },
    ),
  )
})
