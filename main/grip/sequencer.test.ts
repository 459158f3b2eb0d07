import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Sequenced, Sequencer, type SequencerOptions } from './sequencer'

const WAIT = 5000
const item = (id?: string, prevId?: string, channel = 'c'): Sequenced => ({
  channel,
  ...(id === undefined ? {} : { id }),
  ...(prevId === undefined ? {} : { prevId }),
})

function make(options: Partial<SequencerOptions> = {}) {
  return new Sequencer<Sequenced>({ messageWait: WAIT, ...options })
}

let sequencer = make()
/** What goes out: ids, parted by blanks. */
const offer = (offered: Sequenced, now = 0) => {
  const { release, waiting, dropped } = sequencer.offer(offered, now)
  if (dropped !== undefined) return 'dropped'
  return waiting ? 'waits' : release.map((i) => i.id ?? '-').join(' ')
}
const due = (now: number) => sequencer.due(now).map(({ item: { id }, gaveUp }) => `${id}${gaveUp ? '!' : ''}`)

beforeEach(() => {
  sequencer = make()
  sequencer.retain('c', 0)
})

test('a channel that is dropped gives back what waited on it, and its last id is gone', () => {
  offer(item('1'))
  offer(item('3', '2'))
  expect(sequencer.drop('c').map(({ id }) => id)).toEqual(['3'])
  expect(sequencer.drop('c')).toEqual([])
  expect(sequencer.nextDue()).toBeUndefined()
  sequencer.retain('c', 1)
  expect(sequencer.lastId('c', 1)).toBeUndefined()
  expect(offer(item('9', '8'), 1)).toBe('9')
})

describe('a channel that somebody listens to', () => {
  test('passes on what is in order', () => {
    expect([offer(item('1')), offer(item('2', '1')), offer(item('3', '2'))]).toEqual(['1', '2', '3'])
    expect(sequencer.lastId('c', 0)).toBe('3')
  })
  test('puts right what is not', () => {
    expect([offer(item('1')), offer(item('4', '3')), offer(item('3', '2')), offer(item('2', '1'))]).toEqual([
      '1',
      'waits',
      'waits',
      '2 3 4',
    ])
    expect(sequencer.nextDue()).toBeUndefined()
    expect(sequencer.isWaiting('c')).toBe(false)
  })
  test('passes on the first item whatever it follows, for nothing is known yet', () => {
    expect(offer(item('8', '7'))).toBe('8')
    expect(sequencer.lastId('c', 0)).toBe('8')
  })
  test('passes on items without prev-id, and the same id again', () => {
    expect([offer(item('a')), offer(item('a')), offer(item('b'))]).toEqual(['a', 'a', 'b'])
  })
  test('knows nothing after an item without an id', () => {
    offer(item('1'))
    expect(offer(item())).toBe('-')
    expect(sequencer.lastId('c', 0)).toBeUndefined()
    expect(offer(item('9', '8'))).toBe('9')
  })
  test('puts nothing in order that asks not to be', () => {
    offer(item('1'))
    expect(offer({ ...item('9', '8'), noSeq: true })).toBe('9')
    expect(sequencer.lastId('c', 0)).toBe('1')
  })
  test('drops a second item that waits for the same', () => {
    offer(item('1'))
    expect([offer(item('5', '4')), offer(item('6', '4'))]).toEqual(['waits', 'dropped'])
  })
  test('is apart from others', () => {
    sequencer.retain('d', 0)
    offer(item('1'))
    expect(offer(item('5', '4', 'd'))).toBe('5')
    expect(offer(item('5', '4'))).toBe('waits')
    expect(sequencer.isWaiting('d')).toBe(false)
    expect(sequencer.isWaiting('c')).toBe(true)
  })
})

describe('a gap', () => {
  test('is given up after a while, with all that follows', () => {
    offer(item('1'))
    expect(offer(item('5', '4'), 100)).toBe('waits')
    expect(offer(item('6', '5'), 200)).toBe('waits')
    expect(offer(item('9', '8'), 300)).toBe('waits')
    expect(sequencer.nextDue()).toBe(100 + WAIT)
    expect(due(99 + WAIT)).toEqual([])
    expect(due(100 + WAIT)).toEqual(['5!', '6'])
    expect(sequencer.lastId('c', WAIT)).toBe('6')
    expect(sequencer.nextDue()).toBe(300 + WAIT)
    expect(due(300 + WAIT)).toEqual(['9!'])
    expect(sequencer.nextDue()).toBeUndefined()
  })
  test('may be given up for several channels at once', () => {
    sequencer.retain('d', 0)
    for (const channel of ['c', 'd']) offer(item('1', undefined, channel))
    offer(item('5', '4'), 10)
    offer(item('7', '6', 'd'), 20)
    expect(due(20 + WAIT)).toEqual(['5!', '7!'])
  })
  test('lets a late item wait in its turn, as its prev-id is not the last', () => {
    offer(item('1'))
    offer(item('3', '2'))
    due(WAIT)
    expect(offer(item('2', '1'), WAIT)).toBe('waits')
    expect(due(2 * WAIT)).toEqual(['2!'])
  })
})

describe('a channel that nobody listens to', () => {
  test('has no order and no last id', () => {
    expect([offer(item('1', undefined, 'x')), offer(item('9', '8', 'x'))]).toEqual(['1', '9'])
    expect(sequencer.lastId('x', 0)).toBeUndefined()
  })
  test('keeps its last id for a while', () => {
    offer(item('8', '7'))
    sequencer.release('c', 1000)
    expect(sequencer.lastId('c', 60_999)).toBe('8')
    expect(offer(item('11', '10'), 2000)).toBe('waits')
    expect(sequencer.lastId('c', 61_000)).toBeUndefined()
    expect(offer(item('15', '14'), 61_000)).toBe('15')
  })
  test('keeps it on if somebody comes back', () => {
    offer(item('8'))
    sequencer.release('c', 1000)
    sequencer.retain('c', 2000)
    expect(sequencer.lastId('c', 500_000)).toBe('8')
  })
  test('loses no waiting item when it is forgotten', () => {
    sequencer = make({ messageWait: 100_000 })
    sequencer.retain('c', 0)
    offer(item('1'))
    offer(item('5', '4'), 10)
    sequencer.release('c', 20)
    sequencer.retain('d', 70_000)
    expect(sequencer.lastId('c', 70_000)).toBeUndefined()
    expect(due(100_010)).toEqual(['5!'])
  })
  test('is forgotten where there are too many of its kind, the oldest first', () => {
    sequencer = make({ maxLingering: 2 })
    for (const channel of ['a', 'b', 'd']) {
      sequencer.retain(channel, 0)
      offer(item('1', undefined, channel))
      sequencer.release(channel, 1)
    }
    expect(['a', 'b', 'd'].map((channel) => sequencer.lastId(channel, 2))).toEqual([undefined, '1', '1'])
  })
})

test('forgets last ids on demand', () => {
  offer(item('1'))
  sequencer.forget('c')
  expect(sequencer.lastId('c', 0)).toBeUndefined()
  offer(item('2'))
  sequencer.forgetAll()
  expect(sequencer.lastId('c', 0)).toBeUndefined()
  expect(offer(item('9', '8'))).toBe('9')
})

test('drops the same id for a while where it is told to', () => {
  sequencer = make({ idCacheTtl: 1000, maxCachedIds: 2 })
  expect([offer(item('a'), 0), offer(item('a'), 999), offer(item('a', undefined, 'd'), 999)]).toEqual([
    'a',
    'dropped',
    'a',
  ])
  expect(offer(item('a'), 1000)).toBe('a')
  for (const id of ['x', 'y', 'z']) offer(item(id), 1001)
  expect(offer(item('a'), 1002)).toBe('a')
})

test('says how long ago an id came that comes again, and looks without remembering it', () => {
  sequencer = make({ idCacheTtl: 60_000 })
  expect(sequencer.repeated(item('a'), 0)).toBeUndefined()
  expect(sequencer.offer(item('a'), 0).release).toHaveLength(1)
  expect(sequencer.offer(item('a'), 12_000)).toEqual({
    release: [],
    waiting: false,
    dropped: { code: 'repeated', ago: 12_000 },
    repeated: true,
  })
  expect(sequencer.repeated(item('a'), 340)).toEqual({ code: 'repeated', ago: 340 })
  expect(sequencer.repeated(item('a', undefined, 'd'), 340)).toBeUndefined()
  expect(sequencer.repeated(item('a'), 60_000)).toBeUndefined()
})

test('is bounded', () => {
  offer(item('1'))
  const outcomes = Array.from({ length: 101 }, (_, i) => offer(item(`i${i}`, `p${i}`)))
  expect(outcomes.filter((o) => o === 'waits')).toHaveLength(100)
  expect(outcomes.at(-1)).toBe('dropped')
})

test('whatever the order of arrival, a chain comes out whole and in order, at once or when its time is up', () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 2, max: 30 })
        .chain((n) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n })),
      (order) => {
        sequencer = make()
        sequencer.retain('c', 0)
        offer(item('0'))
        const out: string[] = []
        for (const i of order) out.push(...sequencer.offer(item(`${i + 1}`, `${i}`), 1).release.map((r) => r.id ?? ''))
        expect(out).toEqual(order.map((_, i) => `${i + 1}`))
        expect(sequencer.due(WAIT * 2)).toEqual([])
      },
    ),
  )
})

test('every item offered comes out once, or is said to be dropped', () => {
  const arrival = fc.record({ id: fc.nat(9), prev: fc.option(fc.nat(9), { nil: undefined }), wait: fc.nat(3000) })
  fc.assert(
    fc.property(fc.array(arrival), (arrivals) => {
      sequencer = make()
      sequencer.retain('c', 0)
      let now = 0
      const out = new Set<Sequenced>()
      let dropped = 0
      const take = (released: Sequenced) => {
        expect(out.has(released)).toBe(false)
        out.add(released)
      }
      for (const { id, prev, wait } of arrivals) {
        now += wait
        for (const entry of sequencer.due(now)) take(entry.item)
        const offered = sequencer.offer(item(`${id}`, prev === undefined ? undefined : `${prev}`), now)
        if (offered.dropped !== undefined) dropped++
        offered.release.forEach(take)
      }
      for (const entry of sequencer.due(now + WAIT)) take(entry.item)
      expect(out.size + dropped).toBe(arrivals.length)
      expect(sequencer.nextDue()).toBeUndefined()
    }),
  )
})

describe('what waits takes a bounded amount of memory', () => {
  const heavy = (id: string, prevId: string): Sequenced => ({ ...item(id, prevId), weight: 30 * 1024 * 1024 })

  test('and what is over it is dropped, until some has gone out', () => {
    offer(item('0'))
    expect(offer(heavy('2', '1'))).toBe('waits')
    expect(offer(heavy('4', '3'))).toBe('waits')
    expect(offer(heavy('6', '5'))).toBe('dropped')
    expect(offer(item('1', '0'))).toBe('1 2')
    expect(offer(heavy('6', '5'))).toBe('waits')
    expect(due(WAIT)).toEqual(['4!', '6!'])
    sequencer.drop('c')
    sequencer.retain('c', WAIT)
    offer(item('0'), WAIT)
    expect([offer(heavy('2', '1'), WAIT), offer(heavy('4', '3'), WAIT)]).toEqual(['waits', 'waits'])
  })
})

test('an id of any length that comes again is dropped', () => {
  sequencer = make({ idCacheTtl: 100 })
  for (const id of ['a'.repeat(199), 'a'.repeat(100_000), 'b'.repeat(100_000)]) {
    expect(offer(item(id))).toBe(id)
    expect(offer(item(id))).toBe('dropped')
    expect(offer(item(id, undefined, 'other'))).toBe(id)
  }
})
