import { describe, expect, test } from 'vitest'
import type { ExchangeRow, PublishRow } from '../../../preload/views'
import { testExchange, testPublish } from '../../testing/rows'
import { type OverviewPlan, planOverview } from './overview-plan'

/** One millisecond is one pixel. */
const plan = (exchanges: ExchangeRow[], publishes: PublishRow[] = [], lanes = 3): OverviewPlan =>
  planOverview({ exchanges, publishes, window: { from: 0, to: 1000 }, width: 1000, lanes, now: 900 })

const hold = (heldAt: number, endedAt: number | null): ExchangeRow => testExchange({ at: heldAt, heldAt, endedAt })

describe('holds', () => {
  test('that overlap stand in lanes of their own', () => {
    expect(plan([hold(0, 100), hold(50, 150), hold(200, 300)]).holds).toEqual([
      { lane: 0, from: 0, to: 100, live: false },
      { lane: 1, from: 50, to: 150, live: false },
      { lane: 0, from: 200, to: 300, live: false },
    ])
  })

  test('reach to now while they last', () => {
    expect(plan([hold(100, null)]).holds).toEqual([{ lane: 0, from: 100, to: 900, live: true }])
  })

  test('share a line where there are more than lanes', () => {
    const { holds } = plan([hold(0, 100), hold(10, 110), hold(20, null)], [], 2)
    expect(holds).toEqual([
      { lane: 0, from: 0, to: 900, live: true },
      { lane: 1, from: 10, to: 110, live: false },
    ])
  })

  test('cost no more to draw when there are very many', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => hold(index / 60, index / 60 + 5))
    expect(plan(many, [], 6).holds.length).toBeLessThan(1000)
  })
})

describe('requests that were not held', () => {
  test('are ticks, one a pixel', () => {
    const { requests, holds } = plan([testExchange({ at: 10 }), testExchange({ at: 10.3 }), testExchange({ at: 500 })])
    expect([...requests]).toEqual([
      [10, false],
      [500, false],
    ])
    expect(holds).toEqual([])
  })

  test('a failed one is not hidden by others', () => {
    const failed = testExchange({ at: 10, state: 'failed', heldAt: 12 })
    expect([...plan([testExchange({ at: 10 }), failed, testExchange({ at: 10 })]).requests]).toEqual([[10, true]])
  })
})

describe('publishes', () => {
  test.each<[Partial<PublishRow>, string]>([
    [{ delivered: 2 }, 'delivered'],
    [{ delivered: 0, waiting: 1 }, 'delivered'],
    [{ delivered: 0, notDelivered: 1 }, 'attention'],
    [{ state: 'refused' }, 'failed'],
  ])('%j is a tick of tone %s', (change, tone) => {
    expect(plan([], [testPublish({ at: 70, ...change })]).publishes.get(70)).toBe(tone)
  })

  test('the worst of a pixel is seen', () => {
    const { publishes } = plan(
      [],
      [testPublish({ at: 5, delivered: 0 }), testPublish({ at: 5 }), testPublish({ at: 5.2 })],
    )
    expect([...publishes]).toEqual([[5, 'attention']])
  })
})
