import { describe, expect, test } from 'vitest'
import type { Lanes } from '../../../preload/views'
import type { OutcomeName } from '../../../preload/vocabulary/outcomes'
import { lane, lanesOf } from '../../testing/lanes'
import { testPublish } from '../../testing/rows'
import { laneAbout, publishCame } from './lane-words'
import { hitAt } from './lanes-hit'
import {
  HEADER,
  keptScroll,
  LANE,
  type LanesPlan,
  lanesIn,
  outcomeTable,
  type PlanInput,
  planLanes,
  publishReach,
  publishText,
} from './lanes-layout'
import { signOf } from './outcome-signs'

/** Names take 100 pixels, and then a millisecond is a pixel. */
function plan(data: Lanes, change: Partial<PlanInput> & { height?: number; scroll?: number } = {}): LanesPlan {
  const { height = 600, scroll = 0, ...rest } = change
  const window = { from: 0, to: 900 }
  return planLanes({
    data,
    outcomes: outcomeTable(data),
    window,
    now: 800,
    shown: lanesIn(data.lanes, window, 800),
    geometry: { width: 1000, height, names: 100, scroll },
    selected: null,
    measure: (text) => text.length * 7,
    ...rest,
  })
}

describe('a publish that waited for its prev-id', () => {
  const waited = lanesOf([{ from: 0 }], [{ at: 200, wentOutAt: 500, itemId: '3', prevId: '2' }], [['delivered']])

  test('stands where it came and where it went out, and its sign where it went out', () => {
    const { publishes, signs } = plan(waited)
    expect(publishes).toMatchObject([{ x: 300, out: 600 }])
    expect(signs).toMatchObject([{ sign: 'delivered', x: 600, waitedFrom: 300 }])
  })

  test('is found at either place', () => {
    const drawn = plan(waited)
    for (const x of [300, 600]) expect(hitAt(drawn, x, HEADER + LANE / 2)).toMatchObject({ publish: 0 })
  })

  test('says how long', () => {
    const [publish] = waited.publishes
    expect(publish && publishCame(publish, 'reached')).toBe('waited 300 ms, 1 delivered')
  })
})

describe('lanes', () => {
  test('are bars from their beginning to their end, or to now', () => {
    const { lanes } = plan(lanesOf([{ from: 10, to: 200 }, { from: 50 }], []))
    expect(lanes).toEqual([
      { lane: 0, y: HEADER + LANE / 2, from: 110, to: 300, live: false, gaps: [] },
      { lane: 1, y: HEADER + LANE * 1.5, from: 150, to: 900, live: true, gaps: [] },
    ])
  })

  test('have gaps where the backend was asked again', () => {
    const { lanes } = plan(lanesOf([{ from: 10, to: 200, gaps: [[50, 60]] }], []))
    expect(lanes[0]?.gaps).toEqual([[150, 160]])
    expect(laneAbout(lane({ from: 10, to: 200, gaps: [[50, 60]] }), 300)).toBe('held 190 ms · held again once')
  })

  test('have a row only where they have to do with the time that is shown', () => {
    const lanes = [lane({ from: 0, to: 90 }), lane({ from: 50, to: 100 }), lane({ from: 150 }), lane({ from: 210 })]
    expect(lanesIn(lanes, { from: 100, to: 200 }, 300)).toEqual([1, 2])
  })

  test('out of sight are not worked out', () => {
    const many = lanesOf(
      Array.from({ length: 500 }, () => ({ from: 0 })),
      [{ at: 10 }],
      Array.from({ length: 500 }, () => ['delivered']),
    )
    const { lanes, signs } = plan(many, { height: HEADER + 10 * LANE, scroll: 100 * LANE })
    expect(lanes.map((each) => each.lane)).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109])
    expect(signs.map((each) => each.lane)).toEqual(lanes.map((each) => each.lane))
    expect(lanes[0]?.y).toBe(HEADER + LANE / 2)
  })

  test('stay in place while others above them go', () => {
    expect(keptScroll(3 * LANE + 5, ['a', 'b', 'c', 'd', 'e'], ['b', 'd', 'e'])).toBe(LANE + 5)
    expect(keptScroll(3 * LANE, ['a', 'b', 'c', 'd', 'e'], ['e', 'f'])).toBe(0)
    expect(keptScroll(0, ['a', 'b'], ['b'])).toBe(0)
  })
})

describe('publishes', () => {
  test('are lines with their id, or our number', () => {
    const { publishes } = plan(lanesOf([], [{ at: 100, itemId: '87' }, { at: 300 }]))
    expect(publishes.map(({ x, text }) => [x, text])).toEqual([
      [200, '87'],
      [400, 'no. 2'],
    ])
  })

  test('outside of the time that is shown are left out', () => {
    expect(plan(lanesOf([], [{ at: -5 }, { at: 5 }, { at: 901 }])).publishes.map((each) => each.publish)).toEqual([1])
  })

  test('have labels only where these do not touch, and the chosen one always has', () => {
    const crowded = lanesOf([], [{ at: 100 }, { at: 110 }, { at: 120 }, { at: 300 }])
    const labelled = (selected: number | null) =>
      plan(crowded, { selected }).publishes.flatMap((each) => (each.label > 0 ? each.publish : []))
    expect(labelled(null)).toEqual([0, 3])
    expect(labelled(2)).toEqual([1, 3])
  })

  test('that come close to each other have smaller signs', () => {
    const close = Array.from({ length: 100 }, (_, index) => ({ at: index * 5 }))
    expect(plan(lanesOf([], [{ at: 0 }, { at: 100 }])).scale).toBe(1)
    expect(plan(lanesOf([], close)).scale).toBeLessThan(0.7)
  })

  test('with long ids are cut', () => {
    expect(publishText(testPublish({ itemId: '01HZX4QW9E8R7T6Y5' }))).toBe('01HZX4QW9E8R7…')
  })

  test('say whether anybody listened', () => {
    const none = { delivered: 0, notDelivered: 0, waiting: 0, unheard: true }
    expect(publishReach(testPublish({ ...none }), false)).toBe('nobody')
    // The backend was asked again: neither delivered nor missed.
    expect(publishReach(testPublish({ ...none }), true)).toBe('reached')
    expect(publishReach(testPublish({ ...none, notDelivered: 1, unheard: false }), false)).toBe('reached')
    expect(publishReach(testPublish({ ...none, state: 'waiting' }), false)).toBe('waiting')
  })
})

describe('outcomes', () => {
  test('stand where a lane and a publish cross', () => {
    const data = lanesOf(
      [{ from: 0 }, { from: 0 }],
      [{ at: 100 }, { at: 200 }],
      [
        ['delivered', 'no-format'],
        [null, 'filtered'],
      ],
    )
    const waitedFrom = null
    expect(plan(data).signs).toEqual([
      { lane: 0, publish: 0, sign: 'delivered', x: 200, y: HEADER + LANE / 2, waitedFrom },
      { lane: 0, publish: 1, sign: 'failed', x: 300, y: HEADER + LANE / 2, waitedFrom },
      { lane: 1, publish: 1, sign: 'filtered', x: 300, y: HEADER + LANE * 1.5, waitedFrom },
    ])
  })

  test('of a publish that waits for its prev-id are: waiting, for all who are still held', () => {
    const data = lanesOf([{ from: 0 }, { from: 0, to: 150 }, { from: 120 }], [{ at: 100, state: 'waiting' }])
    const table = outcomeTable(data)
    expect([0, 1, 2].map((index) => table.at(index, 0))).toEqual(['waiting', null, null])
  })

  test.each<[OutcomeName, string]>([
    ['delivered', 'delivered'],
    ['filtered', 'filtered'],
    ['waiting', 'waiting'],
    ['asked-again', 'asked'],
    ['closed', 'closed'],
    ['no-format', 'failed'],
    ['client-slow', 'failed'],
  ])('%s has the sign %s', (outcome, sign) => expect(signOf(outcome)).toBe(sign))
})

describe('what is pointed at', () => {
  const drawn = plan(
    lanesOf(
      [{ from: 0 }, { from: 300 }],
      [{ at: 100, itemId: '1' }, { at: 104 }, { at: 500 }],
      [['delivered', 'filtered', null]],
    ),
  )
  const firstLane = HEADER + LANE / 2
  test.each([
    ['a name', 50, firstLane, { on: 'name', lane: 0 }],
    ['the corner', 50, 10, null],
    ['a label', 206, HEADER - 10, { on: 'publish', publish: 0 }],
    ['the axis', 200, 5, null],
    ['a sign', 201, firstLane, { on: 'crossing', publish: 0, lane: 0 }],
    ['the nearer one of two signs', 204, firstLane, { on: 'crossing', publish: 1, lane: 0 }],
    ['a line where there is no sign', 598, firstLane, { on: 'publish', publish: 2 }],
    ['a lane', 400, firstLane + LANE, { on: 'lane', lane: 1 }],
    ['nothing', 400, 500, null],
  ])('%s', (_, x, y, hit) => expect(hitAt(drawn, x, y)).toEqual(hit))
})
