import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { batchOf } from '../dev/fake-engine'
import { testExchange, testPublish } from '../testing/rows'
import { setTimeRange } from './actions'
import { applyBatches, resetStore, setUi, useStore } from './store'
import { applyBatch, emptyTrace } from './trace'

const rows = (...ids: number[]) => ids.map((id) => testExchange({ id, at: id * 10 }))
const channel = (name: string, held = 1) => ({
  name,
  held,
  subscriptions: held,
  messages: 0,
  lastId: null,
  lastAt: null,
  unheard: 0,
  near: null,
})

describe('the trace', () => {
  test('takes in rows in any order, and again when they change', () => {
    const first = applyBatch(emptyTrace(), batchOf({ exchanges: rows(3, 1, 2) }), 5)
    expect(first.order).toEqual([1, 2, 3])
    const second = applyBatch(first, batchOf({ exchanges: [testExchange({ id: 2, status: 404 })] }), 6)
    expect(second.order).toEqual([1, 2, 3])
    expect(second.exchanges.get(2)?.status).toBe(404)
    expect(second).toMatchObject({ statusAt: 6, version: 2, exchangesVersion: 2, channelsVersion: 0, loading: false })
  })

  test('tells by versions what changed, and only that', () => {
    const one = applyBatch(emptyTrace(), batchOf({ channels: [channel('a')] }), 0)
    expect(one).toMatchObject({ version: 1, exchangesVersion: 0, channelsVersion: 1, publishesVersion: 0 })
    const two = applyBatch(one, batchOf({ publishes: [testPublish({ id: 4 }), testPublish({ id: 2 })] }), 0)
    expect(two).toMatchObject({ version: 2, exchangesVersion: 0, channelsVersion: 1, publishesVersion: 1 })
    expect(two.publishOrder).toEqual([2, 4])
    const idle = applyBatch(two, batchOf(), 0)
    expect(idle).toMatchObject({ version: 3, exchangesVersion: 0, channelsVersion: 1, publishesVersion: 1 })
  })

  test('forgets what was dropped', () => {
    const all = applyBatch(emptyTrace(), batchOf({ exchanges: rows(1, 2, 3), publishes: [testPublish({ id: 1 })] }), 0)
    const left = applyBatch(all, batchOf({ droppedExchanges: [1, 3, 99], droppedPublishes: [1] }), 0)
    expect(left.order).toEqual([2])
    expect([...left.exchanges.keys()]).toEqual([2])
    expect(left.publishOrder).toEqual([])
  })

  test('begins anew with a reset, and its versions go on', () => {
    const before = applyBatch(emptyTrace(), batchOf({ exchanges: rows(1, 2), channels: [channel('a')] }), 0)
    const after = applyBatch(before, batchOf({ reset: true, more: true, exchanges: rows(7) }), 0)
    expect(after.order).toEqual([7])
    expect(after.channels.size).toBe(0)
    expect(after.loading).toBe(true)
    expect(after.exchangesVersion).toBeGreaterThan(before.exchangesVersion)
    expect(after.channelsVersion).toBeGreaterThan(before.channelsVersion)
  })
})

describe('the store', () => {
  beforeEach(resetStore)
  const state = () => useStore.getState()
  const take = (...changes: Parameters<typeof batchOf>[0][]) => applyBatches(changes.map(batchOf), 0)

  test('takes several batches of a frame in at once', () => {
    let told = 0
    const stop = useStore.subscribe(() => {
      told += 1
    })
    take({ reset: true, more: true, exchanges: rows(1) }, { exchanges: rows(2) }, { exchanges: rows(3) })
    stop()
    expect(told).toBe(1)
    expect(state().visible.ids).toEqual([1, 2, 3])
  })

  test('keeps the filtered list up row by row', () => {
    setUi({ filter: 'is:held' })
    take({ reset: true, exchanges: [testExchange({ id: 1, heldAt: 5, endedAt: null }), testExchange({ id: 2 })] })
    expect(state().visible.ids).toEqual([1])
    take({
      exchanges: [testExchange({ id: 1, heldAt: 5, endedAt: 9 }), testExchange({ id: 3, heldAt: 5, endedAt: null })],
    })
    expect(state().visible.ids).toEqual([3])
    take({ droppedExchanges: [3] })
    expect(state().visible.ids).toEqual([])
    setUi({ filter: '' })
    expect(state().visible.ids).toEqual([1, 2])
  })

  test('tells that the list changed only when it did', () => {
    take({ reset: true, exchanges: rows(1, 2) })
    const { version } = state().visible
    take({ exchanges: [testExchange({ id: 2, status: 500 })] })
    expect(state().visible.version).toBe(version)
    take({ exchanges: rows(3) })
    expect(state().visible.version).toBeGreaterThan(version)
  })

  test('a reset takes the time range off, for the rows of the same frame too', () => {
    take({ reset: true, exchanges: rows(1, 2) })
    setTimeRange([5, 15])
    expect(state().visible.ids).toEqual([1])
    take({ reset: true, exchanges: rows(50) })
    expect(state().ui.timeRange).toBeNull()
    expect(state().visible.ids).toEqual([50])
  })

  describe('the selection', () => {
    test('goes with a dropped exchange, and its details close', () => {
      take({ reset: true, exchanges: rows(1, 2) })
      setUi({ selectedExchange: 1, detailsOpen: true })
      take({ droppedExchanges: [1] })
      expect(state().ui).toMatchObject({ selectedExchange: null, detailsOpen: false })
    })

    test('stays while a snapshot is loading, and after it if the exchange is still there', () => {
      take({ reset: true, exchanges: rows(1, 2) })
      setUi({ selectedExchange: 2, detailsOpen: true })
      take({ reset: true, more: true, exchanges: rows(1) })
      expect(state().ui.selectedExchange).toBe(2)
      take({ exchanges: rows(2) })
      expect(state().ui.selectedExchange).toBe(2)
    })

    test('goes at the end of a snapshot that does not have it', () => {
      take({ reset: true, exchanges: rows(1, 2), publishes: [testPublish({ id: 1 })] })
      setUi({ selectedExchange: 2, selectedPublish: 1 })
      take({ reset: true, more: true, exchanges: rows(1) })
      take({})
      expect(state().ui).toMatchObject({ selectedExchange: null, selectedPublish: null })
    })

    test('of an exchange whose row is still to come stays', () => {
      take({ reset: true, exchanges: rows(1) })
      setUi({ selectedExchange: 9, detailsOpen: true })
      take({ exchanges: rows(2) })
      expect(state().ui).toMatchObject({ selectedExchange: 9, detailsOpen: true })
      take({ exchanges: rows(9) })
      expect(state().ui.selectedExchange).toBe(9)
    })
  })
})

describe('the publishes that a filter lets through', () => {
  beforeEach(resetStore)
  const shown = () => useStore.getState().visiblePublishes.ids
  const take = (change: Parameters<typeof batchOf>[0]) => applyBatches([batchOf(change)], 0)

  test('are kept up row by row, refused calls in their turn', () => {
    take({
      reset: true,
      publishes: [testPublish({ id: 3 }), testPublish({ id: 1 }), testPublish({ id: 2, state: 'refused' })],
    })
    expect(shown()).toEqual([1, 2, 3])
    setUi({ filter: 'channel:a' })
    expect(shown()).toEqual([])
    take({
      publishes: [testPublish({ id: 2, channel: 'a' }), testPublish({ id: 4, channel: 'a' }), testPublish({ id: 5 })],
    })
    expect(shown()).toEqual([2, 4])
    take({ publishes: [testPublish({ id: 4, channel: 'b' })], droppedPublishes: [2] })
    expect(shown()).toEqual([])
    setUi({ filter: '' })
    expect(shown()).toEqual([1, 3, 4, 5])
  })

  test('are worked on later where there are 30,000', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const many = Array.from({ length: 30_000 }, (_, n) => testPublish({ id: n + 1, channel: n % 3 ? 'a' : 'b' }))
    take({ reset: true, publishes: many })
    setUi({ filter: 'channel:b' })
    expect(shown()).toHaveLength(30_000)
    take({ publishes: [testPublish({ id: 1, channel: 'a' }), testPublish({ id: 30_001, channel: 'b' })] })
    vi.runAllTimers()
    expect(shown()).toHaveLength(10_000)
    expect([shown()[0], shown().at(-1)]).toEqual([4, 30_001])
    vi.useRealTimers()
  })
})

describe('a filter over 20,000 rows', () => {
  const many = Array.from({ length: 20_000 }, (_, n) => testExchange({ id: n + 1, status: n % 2 ? 404 : 200 }))
  const shown = () => useStore.getState().visible.ids
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    resetStore()
    applyBatches([batchOf({ reset: true, exchanges: many })], 0)
  })
  afterEach(() => void vi.useRealTimers())

  test('is worked on later, and lists the rows as they are by then', () => {
    setUi({ filter: 'status:404' })
    expect(shown()).toHaveLength(20_000)
    applyBatches(
      [
        batchOf({
          exchanges: [
            testExchange({ id: 1, status: 404 }),
            testExchange({ id: 2, status: 200 }),
            testExchange({ id: 20_001, status: 404 }),
          ],
          droppedExchanges: [4],
        }),
      ],
      1,
    )
    vi.runAllTimers()
    expect(shown()).toHaveLength(10_000)
    expect(shown().slice(0, 3)).toEqual([1, 6, 8])
    expect(shown().at(-1)).toBe(20_001)
  })

  test('is left when another one comes, or another trace', () => {
    setUi({ filter: 'status:404' })
    setUi({ filter: 'status:200' })
    vi.runAllTimers()
    expect(shown().slice(0, 2)).toEqual([1, 3])
    setUi({ filter: '' })
    applyBatches([batchOf({ reset: true, exchanges: rows(7) })], 2)
    vi.runAllTimers()
    expect(shown()).toEqual([7])
  })
})
