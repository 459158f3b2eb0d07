import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Instruct } from '../../grip/instruct-types'
import { fuzzing } from '../../testing/fuzz'
import { actOn, type Holder, HttpMachine } from './http-machine'

interface Terms {
  readonly mode?: 'response' | 'stream'
  readonly next?: string
  readonly filters?: readonly string[]
}

function instruct({ mode, next, filters }: Terms): Instruct {
  return {
    response: { code: 200, reason: 'OK', headers: [], body: Buffer.alloc(0) },
    meta: {},
    exposeHeaders: [],
    ...(mode && { hold: { mode, timeout: 0, channels: [] } }),
    ...(next !== undefined && { next: { uri: next, timeout: 0 } }),
    ...(filters && { responseFilters: filters }),
  }
}

type Machine = HttpMachine<string, Holder>

function asking(): Machine {
  const machine: Machine = new HttpMachine()
  machine.asks()
  return machine
}

function reading(): Machine {
  const machine = asking()
  machine.headCame(true, true)
  machine.reads('answer')
  return machine
}

describe('an answer', () => {
  test('without an instruct passes, and ends with its body', () => {
    const machine = asking()
    expect(machine.headCame(false, false)).toBe('pass')
    expect([machine.at, machine.reading, machine.answerIsWhole()]).toEqual(['passing', undefined, undefined])
  })

  test('with an instruct is read whole', () => {
    const machine = asking()
    expect(machine.headCame(true, true)).toBe('read')
    machine.reads('answer')
    expect([machine.reading, machine.answerIsWhole()]).toEqual(['answer', { at: 'reading', answer: 'answer' }])
  })

  test('with an instruct is refused if the request could not be made again', () => {
    expect(asking().headCame(true, false)).toBe('refuse')
  })

  test('that breaks off is cut where the client has a part of it, and becomes an error page where not', () => {
    expect(asking().answerBroke()).toBe('refuse')
    expect(reading().answerBroke()).toBe('refuse')
    const machine = asking()
    machine.headCame(false, true)
    expect(machine.answerBroke()).toBe('cut')
  })

  test('that nobody asked for is ignored', () => {
    const machine = asking()
    machine.ends()
    expect(machine.headCame(false, true)).toBe('ignore')
    expect(machine.isTooLong(undefined)).toBe('ignore')
    expect(machine.at).toBe('ended')
  })
})

describe('an instruct', () => {
  test.each<[Terms, ReturnType<typeof actOn>]>([
    [{ mode: 'response' }, 'hold-response'],
    [{ mode: 'response', next: '/more' }, 'hold-response'],
    [{ mode: 'stream' }, 'hold-stream'],
    [{ next: '/more' }, 'hold-stream'],
    [{}, 'respond'],
  ])('%o: %s', (terms, act) => {
    expect(actOn(instruct(terms))).toBe(act)
  })

  test.each<[string, Terms | undefined, string]>([
    ['goes on as a stream that begins with it', { mode: 'stream' }, 'pass'],
    ['goes on up to its link', { next: '/more' }, 'pass'],
    ['is refused where its body has to be filtered as a whole', { mode: 'stream', filters: ['build-id'] }, 'refuse'],
    ['is refused for a response hold', { mode: 'response' }, 'refuse'],
    ['is refused where it can’t be read without the rest', undefined, 'refuse'],
  ])('that is too long %s', (_name, terms, verdict) => {
    const machine = reading()
    const read = terms && instruct(terms)
    expect(machine.isTooLong(read)).toBe(verdict)
    expect(machine.answerIsWhole()).toEqual(
      verdict === 'pass' ? { instruct: read } : { at: 'reading', answer: 'answer' },
    )
  })
})

describe('a proxy that stops', () => {
  test.each<[Holder['kind'] | undefined, string]>([
    ['stream', 'finish'],
    ['response', 'time-out'],
    ['sockjs', 'wait'],
    [undefined, 'wait'],
  ])('has an exchange held by %s %s', (kind, what) => {
    const machine = asking()
    if (kind) machine.isHeld({ kind })
    expect(machine.proxyStops()).toBe(what)
  })
})

test('a backend is asked again by a hold, which is over then', () => {
  const machine = asking()
  machine.isHeld({ kind: 'response' })
  expect([machine.asks(), machine.heldBy, machine.at]).toEqual([true, undefined, 'asking'])
})

const happenings = fc.constantFrom<(machine: Machine) => unknown>(
  (m) => m.asks(),
  (m) => m.isTaken(),
  (m) => m.isHeld({ kind: 'stream' }),
  (m) => m.isHeld({ kind: 'response' }),
  (m) => m.headCame(true, true) === 'read' && m.reads('answer'),
  (m) => m.headCame(false, true),
  (m) => m.headCame(true, false),
  (m) => m.isTooLong(instruct({ mode: 'stream' })),
  (m) => m.isTooLong(undefined),
)
const fuzz = fuzzing(1000)
test(
  'whatever comes: it ends once, nothing brings it back, and it has an answer, a hold, or neither',
  () => {
    fc.assert(
      fc.property(fc.array(happenings), fc.array(happenings), (before, after) => {
        const machine: Machine = new HttpMachine()
        for (const happens of before) {
          happens(machine)
          expect(machine.reading !== undefined && machine.heldBy !== undefined).toBe(false)
          expect(machine.over).toBe(false)
        }
        expect(machine.ends()).toBe(true)
        for (const happens of after) {
          happens(machine)
          expect([machine.over, machine.reading, machine.heldBy, machine.answerIsWhole()]).toEqual([
            true,
            undefined,
            undefined,
            undefined,
          ])
          expect([machine.ends(), machine.asks(), machine.proxyStops()]).toEqual([false, false, 'wait'])
        }
      }),
      fuzz.runs,
    )
  },
  fuzz.timeout,
)
