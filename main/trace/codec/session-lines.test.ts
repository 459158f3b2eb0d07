import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyEvent } from '../../testing/any-event'
import type { TraceEvent } from '../events'
import { type EventRecord, recordOf } from './event-record'
import {
  eventLine,
  headerLine,
  lostLine,
  SESSION_LINE_MAX,
  type SessionLine,
  SessionReader,
  type SessionReaderOptions,
} from './session-lines'
import { conversionFrom } from './versions'

const RUNS = { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 100) }
const TIMEOUT = 10_000 + RUNS.numRuns * 100

const HEADER = headerLine({ gripscope: '1.2.3', epoch: 1000 })
const stopped: TraceEvent = { type: 'engine-stopped', t: 5 }

function read(text: string | Uint8Array, options?: SessionReaderOptions, piece = Number.POSITIVE_INFINITY) {
  const bytes = Buffer.from(text as string)
  const reader = new SessionReader(options)
  const lines: SessionLine[] = []
  for (let at = 0; at < bytes.length; at += piece) lines.push(...reader.read(bytes.subarray(at, at + piece)))
  const cutOff = reader.end()
  return { reader, lines, cutOff }
}

/** What is told of a text whose header is right. */
const told = (text: string | Uint8Array, options?: SessionReaderOptions) =>
  read(Buffer.concat([Buffer.from(HEADER), Buffer.from(text as string)]), options).lines

test('a session is read in pieces of any size', () => {
  const text = `${HEADER}${eventLine(stopped)}${lostLine(7)}${eventLine({ type: 'fault', t: 6, message: 'é😀', where: '' })}`
  for (const size of [1, 2, 3, 7, 64, 10_000]) {
    const { reader, lines, cutOff } = read(text, {}, size)
    expect(reader.header).toEqual({ version: 2, gripscope: '1.2.3', epoch: 1000 })
    expect(lines).toEqual([
      { kind: 'event', event: stopped },
      { kind: 'lost', events: 7 },
      { kind: 'event', event: { type: 'fault', t: 6, message: 'é😀', where: '' } },
    ])
    expect([reader.refused, cutOff]).toEqual([undefined, false])
  }
})

test(
  'what is written is one line, whatever is in it, and is read again',
  () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 5 }), fc.integer({ min: 1, max: 50 }), (events, size) => {
        const lines = events.map((event) => eventLine(event) ?? '')
        for (const line of lines) expect(line.indexOf('\n')).toBe(line.length - 1)
        const { lines: found, reader } = read(HEADER + lines.join(''), {}, size)
        expect(reader.refused).toBeUndefined()
        const records = found.map((line) => (line.kind === 'event' ? recordOf(line.event) : line))
        expect(JSON.stringify(records)).toBe(JSON.stringify(events.map(recordOf)))
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

test('a file that was cut off in a line is read up to it', () => {
  const { lines, cutOff, reader } = read(`${HEADER}${eventLine(stopped)}{"type":"engine-st`)
  expect(lines).toEqual([{ kind: 'event', event: stopped }])
  expect([cutOff, reader.refused]).toEqual([true, undefined])
})

test('empty lines, and those that end with CR and LF, are all right', () => {
  expect(told(`\n\r\n${eventLine(stopped)?.trimEnd()}\r\n`)).toEqual([{ kind: 'event', event: stopped }])
})

test('types that are not known are kept', () => {
  expect(told('{"type":"later","t":1}\n')).toEqual([{ kind: 'unknown', record: { type: 'later', t: 1 } }])
})

describe('a line that is of no use names itself, and the rest is read', () => {
  test.each<[string, string | Uint8Array]>([
    ['line 2: is not JSON', '{"type":'],
    ['line 2: is not JSON', 'undefined'],
    ['line 2: is not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['line 2: is not an object', '[]'],
    ['line 2: is not an object', 'null'],
    ['line 2: type: is not text', '{}'],
    ['line 2: event "ended": how: is missing', '{"type":"ended","t":1,"x":1}'],
    ['line 2: events: is not a whole number', '{"type":"lost","events":-1}'],
    ['line 2: has more than 300 bytes', 'x'.repeat(301)],
    ['line 2: is not JSON', '['.repeat(300)],
  ])('%s', (why, line) => {
    const text = Buffer.concat([Buffer.from(line as string), Buffer.from(`\n${eventLine(stopped)}`)])
    expect(told(text, { lineMax: 300 })).toEqual([
      { kind: 'fault', line: 2, why },
      { kind: 'event', event: stopped },
    ])
  })

  test('of any depth', () => {
    const deep = `{"type":"odd","a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}\n`
    expect(told(deep)).toEqual([{ kind: 'fault', line: 2, why: 'line 2: event "odd": has more than 64 levels' }])
  })
})

describe('what is no session is refused', () => {
  test.each<[string, string | Uint8Array]>([
    ['it is not a session of Gripscope: it is empty', ''],
    ['it is not a session of Gripscope: it has no first line', '{"format":"gripscope-session"'],
    ['it is not a session of Gripscope: it is not JSON', 'GET / HTTP/1.1\n'],
    ['it is not a session of Gripscope: it is not UTF-8', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0a])],
    ['it is not a session of Gripscope: it does not begin as one', '{"log":{}}\n'],
    ['it is not a session of Gripscope: it does not begin as one', '[]\n'],
    ['it is not a session of Gripscope: it has more than 300 bytes', `${'x'.repeat(301)}\n`],
    ['the first line: version: is missing', '{"format":"gripscope-session"}\n'],
    [
      'the first line: epoch: is not a time',
      '{"format":"gripscope-session","version":1,"gripscope":"1","epoch":1e99}\n',
    ],
    [
      'it has version 3 of the format, by Gripscope 9; this Gripscope reads up to version 2: use a later one',
      '{"format":"gripscope-session","version":3,"gripscope":"9","epoch":1}\n',
    ],
    ['there is no version 0 of the format', '{"format":"gripscope-session","version":0,"gripscope":"1","epoch":1}\n'],
  ])('%s', (why, text) => {
    const { reader, lines } = read(text, { lineMax: 300 })
    expect(reader.refused).toBe(why)
    expect(lines).toEqual([])
  })
})

test('records of former versions are converted a step at a time', () => {
  const renamed = (from: string, to: string) => (record: EventRecord) =>
    record.type === from ? { ...record, type: to } : record
  const steps = new Map([
    [-1, renamed('engine-halted', 'engine-ended')],
    [0, renamed('engine-ended', 'engine-stopped')],
  ])
  const conversion = (version: number) => conversionFrom(version - 1, 1, steps)
  expect(told('{"type":"engine-halted","t":5}\n', { conversion: () => conversionFrom(-1, 1, steps) })).toEqual([
    { kind: 'event', event: stopped },
  ])
  const header = '{"format":"gripscope-session","version":0,"gripscope":"0.1","epoch":1}\n'
  const { lines, reader } = read(`${header}{"type":"engine-halted","t":5}\n`, { conversion })
  expect(reader.refused).toBeUndefined()
  expect(lines).toEqual([{ kind: 'event', event: stopped }])
  expect(conversionFrom(-2, 1, steps)).toBeUndefined()
})

test('an event that is too large for a line is not written', () => {
  const data = { length: SESSION_LINE_MAX, byteLength: SESSION_LINE_MAX } as Uint8Array
  expect(eventLine({ type: 'response-data', t: 1, x: 1, data })).toBeUndefined()
})

test(
  'any bytes are read without an exception',
  () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(fc.uint8Array({ maxLength: 60 })), (withHeader, pieces) => {
        const reader = new SessionReader({ lineMax: 40 + HEADER.length })
        const lines = [...reader.read(Buffer.from(withHeader ? HEADER : ''))]
        for (const piece of pieces) lines.push(...reader.read(piece))
        reader.end()
        expect(lines.every(({ kind }) => kind === 'fault')).toBe(true)
      }),
      RUNS,
    )
  },
  TIMEOUT,
)
