import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecordingSink } from '../../testing/recording-sink'
import { TestGuard } from '../../testing/test-guard'
import { Gate } from './gate'
import { GO, type PassingMessage } from './passing'
import { WaitingLine } from './waiting-line'

const message = (n: number): PassingMessage => ({
  what: 'message',
  x: n,
  from: 'client',
  kind: 'text',
  data: Buffer.of(n),
})

test('what goes through a line goes in its order, whatever the order of decisions', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ stopped: fc.boolean(), turn: fc.nat() }), { maxLength: 30 }), (arrivals) => {
      const line = new WaitingLine<number>()
      const out: number[] = []
      const flush = (): void => {
        for (let next = line.take(); next !== undefined; next = line.take()) out.push(next)
      }
      const places = arrivals.map(({ stopped, turn }, i) => ({ turn, place: line.add(i, !stopped) }))
      flush()
      for (const { place } of places.sort((a, b) => a.turn - b.turn)) {
        place.open = true
        flush()
      }
      expect(out).toEqual(arrivals.map((_, i) => i))
      expect(line.length).toBe(0)
    }),
  )
})

test('each thing is decided once, and recorded so', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('go', 'drop', 'leave', 'over'), { maxLength: 20 }), (acts) => {
      const sink = new RecordingSink()
      const gate = new Gate(() => sink.now())
      const guard = new TestGuard(gate, () => true)
      let decided = 0
      for (const [i, act] of acts.entries()) {
        const thing = gate.stop(message(i), sink, () => decided++)
        thing?.shown()
        if (act === 'go') thing?.release(GO)
        else if (act === 'drop') thing?.release({ do: 'drop' })
        else if (act === 'over') thing?.over()
        expect(thing?.waits).toBe(act === 'leave')
      }
      guard.leave()
      expect(decided).toBe(acts.length)
      expect(gate.waiting).toBe(0)
      expect(guard.ends.length).toBe(acts.length)
      expect(
        sink
          .of('released')
          .map(({ pause }) => pause)
          .sort(),
      ).toEqual(
        sink
          .of('paused')
          .map(({ pause }) => pause)
          .sort(),
      )
    }),
  )
})

test('at the bound the oldest goes, and the trace says so', () => {
  const sink = new RecordingSink()
  const gate = new Gate(() => sink.now())
  const guard = new TestGuard(gate, () => true)
  const out: number[] = []
  for (let i = 0; i < 1010; i++) gate.stop(message(i), sink, () => out.push(i))?.shown()
  expect(out).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(gate.waiting).toBe(1000)
  expect(new Set(sink.of('released').map(({ how }) => how))).toEqual(new Set(['full']))
  guard.leave()
  expect(out).toEqual(Array.from({ length: 1010 }, (_, i) => i))
})

test('nothing is stopped while nobody stands there, or by who left; who comes later takes the place', () => {
  const gate = new Gate(() => 0)
  expect([gate.guarded, gate.stop(message(1), undefined, () => {})]).toEqual([false, undefined])
  const first = new TestGuard(gate, () => true)
  let went = 0
  gate.stop(message(1), undefined, () => went++)?.shown()
  const second = new TestGuard(gate, () => false)
  expect([went, first.ends, gate.guarded]).toEqual([1, ['unchanged'], true])
  first.leave()
  expect(gate.guarded).toBe(true)
  expect(gate.stop(message(2), undefined, () => {})).toBeUndefined()
  second.leave()
  expect(gate.guarded).toBe(false)
})

test('a thing is not changed to one of another kind', () => {
  const gate = new Gate(() => 0)
  const guard = new TestGuard(gate, () => true)
  gate.stop(message(1), undefined, () => {})?.shown()
  const [thing] = guard.things
  const other = { what: 'request', x: 1, method: 'GET', url: '/', headers: [], body: undefined } as const
  expect(thing?.release({ do: 'change', to: other })).toBe(false)
  expect(thing?.waits).toBe(true)
})
