import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyEvents } from '../../testing/any-event'
import type { TraceEvent } from '../events'
import { eventOf, recordOf } from './event-record'
import { CodecFault } from './values'

const RUNS = { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 100) }
const TIMEOUT = 10_000 + RUNS.numRuns * 100

/** All that there is to a value: `undefined` is not the same as missing, nor -0 as 0; what kind of array is. */
function exactly(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (value instanceof Uint32Array) return `words ${value.join()}`
  if (Array.isArray(value)) return value.map(exactly)
  if (typeof value === 'number') return Object.is(value, -0) ? 'number -0' : `number ${value}`
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : [typeof value, value]
  return Object.entries(value)
    .map(([name, each]) => [name, exactly(each)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function there(event: unknown): unknown {
  return JSON.parse(JSON.stringify(recordOf(event as TraceEvent)))
}

describe('an event that is written and read is the same', () => {
  test.each(anyEvents)(
    '%s',
    (_type, events) => {
      fc.assert(
        fc.property(events, (event) => {
          const read = eventOf(there(event))
          if (!('event' in read)) throw new Error(read instanceof CodecFault ? read.text : 'unknown')
          expect(exactly(read.event)).toEqual(exactly(event))
          expect(JSON.stringify(recordOf(read.event))).toBe(JSON.stringify(recordOf(event)))
        }),
        RUNS,
      )
    },
    TIMEOUT,
  )
})

test('the type comes first', () => {
  expect(JSON.stringify(recordOf({ type: 'recording', t: 1, on: true }))).toBe('{"type":"recording","t":1,"on":true}')
})

describe('a record that does not fit is a fault that names the field', () => {
  const request = {
    type: 'request',
    t: 1,
    x: 1,
    method: 'GET',
    url: '/',
    httpVersion: '1.1',
    headers: [],
    client: '',
    secure: false,
  }
  const made = { which: [1], data: 'YQ==', ends: [1], sizes: [1] }
  const delivery = { type: 'delivery', t: 1, p: 1, channel: 'c', exchanges: [1], outcomes: [0] }
  const instruct = { type: 'instruct', t: 1, x: 1, from: 'json', problems: [], accepted: true }
  const response = { code: 200, reason: '', headers: [] }
  test.each<[string, unknown]>([
    ['is not an object', null],
    ['is not an object', []],
    ['is not an object', 'request'],
    ['type: is not text', {}],
    ['type: is not text', { type: 1 }],
    ['t: is missing', { type: 'engine-stopped' }],
    ['t: is null, not a number', { type: 'engine-stopped', t: null }],
    ['t: is Infinity, not a time', { type: 'engine-stopped', t: 'Infinity' }],
    ['t: is Infinity, not a time', { type: 'engine-stopped', t: Number.POSITIVE_INFINITY }],
    ['t: is -1, not a time', { type: 'engine-stopped', t: -1 }],
    ['x: is not a whole number', { ...request, x: 1.5 }],
    ['x: is not a whole number', { ...request, x: -1 }],
    ['x: is not a whole number', { ...request, x: 2 ** 53 }],
    ['method: is a number, not text', { ...request, method: 5 }],
    ['headers[1]: is null, not text', { ...request, headers: ['a', null] }],
    ['headers: has a name without a value', { ...request, headers: ['a'] }],
    ['headers: is an object, not a list', { ...request, headers: {} }],
    ['secure: is a string, not true or false', { ...request, secure: 'yes' }],
    ['unread: is not true', { ...request, unread: false }],
    ['data: is not base64', { type: 'request-data', t: 1, x: 1, data: 'not base64!' }],
    ['data: is a list, not bytes in base64', { type: 'request-data', t: 1, x: 1, data: [1] }],
    ['how: "vanished" is not known', { type: 'ended', t: 1, x: 1, how: 'vanished', responseSize: 0 }],
    ['how: is a list, not text', { type: 'ended', t: 1, x: 1, how: ['complete'], responseSize: 0 }],
    ['outcomes: has 0 elements, exchanges has 1', { ...delivery, outcomes: [] }],
    ['outcomes[0]: is not a whole number up to 255', { ...delivery, outcomes: [256] }],
    ['exchanges[0]: is not a whole number up to 4294967295', { ...delivery, exchanges: [2 ** 32] }],
    ['numbers: has 2 elements, exchanges has 1', { ...delivery, numbers: [1, 2] }],
    ['made.which: has 2 elements, exchanges has 1', { ...delivery, made: { ...made, which: [1, 1] } }],
    ['made.which[0]: is not one of the contents', { ...delivery, made: { ...made, which: [2] } }],
    ['made.ends[0]: is not within data', { ...delivery, made: { ...made, ends: [2] } }],
    ['made.sizes: has 0 elements, ends has 1', { ...delivery, made: { ...made, sizes: [] } }],
    ['understood.meta: is missing', { ...instruct, understood: { response } }],
    ['understood.meta."a": is a list, not text', { ...instruct, understood: { response, meta: { a: [] } } }],
    [
      'understood.hold.channels[0].name: is missing',
      { ...instruct, understood: { response, meta: {}, hold: { mode: 'stream', timeout: 1, channels: [{}] } } },
    ],
    ['settings."a": is an object, not a number', { type: 'engine-started', t: 1, version: '1', settings: { a: {} } }],
  ])('%s', (text, json) => {
    const read = eventOf(json)
    expect(read instanceof CodecFault && read.text).toBe(text)
  })
})

test('a type that is not known is kept as it came', () => {
  const record = { type: 'beamed-up', t: 3, by: { name: ['Scotty'] } }
  expect(eventOf(record)).toEqual({ unknown: record })
  for (const type of ['constructor', '__proto__', 'toString']) expect(eventOf({ type })).toEqual({ unknown: { type } })
})

test('a type that is not known may not be of any depth', () => {
  let deep: unknown = 1
  for (let i = 0; i < 100_000; i++) deep = [deep]
  expect(eventOf({ type: 'odd', deep })).toMatchObject({ why: 'has more than 64 levels' })
  expect(eventOf({ type: 'recording', t: deep })).toBeInstanceOf(CodecFault)
})

test('a field that is not known is left out', () => {
  expect(eventOf({ type: 'recording', t: 1, on: false, later: 1 })).toEqual({
    event: { type: 'recording', t: 1, on: false },
  })
})

test('names of a record are no more than names', () => {
  const json: unknown = JSON.parse(
    '{"type":"held","t":1,"x":1,"mode":"stream","timeout":0,"keepAlive":0,"meta":{"__proto__":"a"}}',
  )
  const read = eventOf(json)
  const event = 'event' in read ? read.event : undefined
  const meta = event?.type === 'held' ? event.meta : undefined
  expect(Object.entries(meta ?? {})).toEqual([['__proto__', 'a']])
  expect(Object.getPrototypeOf(meta)).toBeNull()
})

test(
  'anything is read without an exception',
  () => {
    const value = fc.anything({ maxDepth: 3 })
    const some = fc
      .tuple(
        fc.constantFrom(...anyEvents.map(([type]) => type)),
        fc.dictionary(fc.constantFrom('t', 'x', 'p', 'headers', 'data', 'meta', 'undefined', 'problem'), value),
      )
      .map(([type, fields]) => ({ ...fields, type }))
    fc.assert(
      fc.property(fc.oneof(value, some), (json) => {
        eventOf(json)
      }),
      RUNS,
    )
  },
  TIMEOUT,
)
