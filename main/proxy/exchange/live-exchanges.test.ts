import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LiveExchange, LiveExchanges } from './live-exchanges'

const exchange = (): LiveExchange => ({ place: -1, stop() {}, cutShort() {} })

test('after any series of starts and ends, exactly those that did not end are live', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat())), (steps) => {
      const live = new LiveExchanges()
      const expected = new Set<LiveExchange>()
      for (const end of steps) {
        const ending = end === null ? undefined : [...expected][end % expected.size]
        if (ending) {
          live.remove(ending)
          expected.delete(ending)
        } else {
          const started = exchange()
          live.add(started)
          expected.add(started)
        }
        expect(live.size).toBe(expected.size)
      }
      expect(new Set(live.all())).toEqual(expected)
      expect(live.all().map(({ place }) => place)).toEqual(live.all().map((_, i) => i))
    }),
  )
})

test('those that end while all are told do not upset the telling', () => {
  const live = new LiveExchanges()
  const [a, b, c] = [exchange(), exchange(), exchange()]
  for (const each of [a, b, c]) live.add(each)
  for (const each of live.all()) live.remove(each)
  expect(live.size).toBe(0)
})
