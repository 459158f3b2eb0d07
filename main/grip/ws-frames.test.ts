import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cause } from '../../preload/vocabulary/causes'
import { causeWords } from './cause-words'
import type { WsMessageType } from './ws-control'
import {
  closeFault,
  cutReason,
  encodeCloseFrame,
  encodeFrame,
  type FrameHandler,
  FrameReader,
  fitsClose,
  isCloseCode,
} from './ws-frames'

const MASK = Buffer.from([1, 2, 3, 4])

interface Part {
  readonly kind: WsMessageType
  readonly text: string
  readonly first: boolean
  readonly last: boolean
}

class Seen implements FrameHandler {
  readonly parts: Part[] = []
  readonly data: Buffer[] = []
  readonly end: unknown[] = []

  onPart(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    this.parts.push({ kind, text: data.toString('latin1'), first, last })
    this.data.push(Buffer.from(data))
  }

  onClose(code: number | undefined, reason: string): void {
    this.end.push('close', code, reason)
  }

  onFault(code: number, why: Cause): void {
    this.end.push('fault', code, causeWords(why))
  }
}

/** What a server reads of a client's bytes. */
function read(bytes: readonly Buffer[], options = { masked: true, messageMax: 1_000_000 }): Seen {
  const seen = new Seen()
  const reader = new FrameReader(seen, options)
  for (const chunk of bytes) reader.push(Buffer.from(chunk))
  return seen
}

function text(data: string | Buffer, first = true, last = true): Buffer {
  return encodeFrame('text', Buffer.from(data), first, last, MASK)
}

function bytes(...values: number[]): Buffer {
  return Buffer.from(values)
}

/** A masked frame of any head. */
function raw(first: number, payload: Buffer, second = 0x80 | payload.length): Buffer {
  const masked = Buffer.from(payload.map((byte, i) => byte ^ (MASK[i & 3] ?? 0)))
  return Buffer.concat([bytes(first, second), MASK, masked])
}

describe('reading frames', () => {
  test('a message in one frame is one part', () => {
    expect(read([text('hello')]).parts).toEqual([{ kind: 'text', text: 'hello', first: true, last: true }])
  })

  test('fragments are parts of one message, whatever comes between them', () => {
    const ping = encodeFrame('ping', Buffer.from('p'), true, true, MASK)
    const seen = read([text('a', true, false), ping, text('b', false, false), text('c', false, true), text('d')])
    expect(seen.parts).toEqual([
      { kind: 'text', text: 'a', first: true, last: false },
      { kind: 'ping', text: 'p', first: true, last: true },
      { kind: 'text', text: 'b', first: false, last: false },
      { kind: 'text', text: 'c', first: false, last: true },
      { kind: 'text', text: 'd', first: true, last: true },
    ])
  })

  test('a large frame is handed on in pieces as it comes, a small one whole', () => {
    const seen = new Seen()
    const reader = new FrameReader(seen, { masked: true, messageMax: 1_000_000 })
    const large = encodeFrame('binary', Buffer.alloc(100_000, 7), true, true, MASK)
    reader.push(large.subarray(0, 50_000))
    expect(seen.parts).toEqual([])
    reader.push(large.subarray(50_000, 80_000))
    expect(seen.parts.map(({ first, last }) => [first, last])).toEqual([[true, false]])
    reader.push(large.subarray(80_000))
    expect(seen.parts.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
    ])
    expect(Buffer.concat(seen.data).equals(Buffer.alloc(100_000, 7))).toBe(true)
  })

  test('what is written is read, however it is cut', () => {
    const kinds = fc.constantFrom<WsMessageType>('text', 'binary', 'ping', 'pong')
    const messages = fc.array(fc.tuple(kinds, fc.string({ unit: 'binary', maxLength: 300 })), { maxLength: 8 })
    fc.assert(
      fc.property(messages, fc.boolean(), fc.integer({ min: 1, max: 50 }), (list, masked, step) => {
        const sent = list.map(([kind, said]) => {
          const data = Buffer.from(said).subarray(0, kind === 'ping' || kind === 'pong' ? 100 : 300)
          return [kind, kind === 'text' ? Buffer.from(data.toString()) : data] as const
        })
        const wire = Buffer.concat(
          sent.map(([kind, data]) => encodeFrame(kind, data, true, true, masked ? MASK : undefined)),
        )
        const chunks: Buffer[] = []
        for (let at = 0; at < wire.length; at += step) chunks.push(wire.subarray(at, at + step))
        const seen = read(chunks, { masked, messageMax: 1_000_000 })
        expect(seen.end).toEqual([])
        expect(seen.parts.map(({ kind }) => kind)).toEqual(sent.map(([kind]) => kind))
        expect(seen.data.map((data) => data.toString('hex'))).toEqual(sent.map(([, data]) => data.toString('hex')))
      }),
    )
  })

  test('lengths of all three forms are read', () => {
    for (const size of [0, 125, 126, 65_535, 65_536]) {
      const seen = read([encodeFrame('binary', Buffer.alloc(size, 1))], { masked: false, messageMax: 100_000 })
      expect(Buffer.concat(seen.data).length).toBe(size)
      expect(seen.parts.at(-1)?.last).toBe(true)
    }
  })

  test('no bytes whatever make it throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), fc.boolean(), (chunks, masked) => {
        const seen = read(
          chunks.map((chunk) => Buffer.from(chunk)),
          { masked, messageMax: 20 },
        )
        expect(seen.end.length).toBeLessThanOrEqual(3)
      }),
    )
  })
})

describe('closing', () => {
  test.each([
    ['nothing', undefined, '', undefined, ''],
    ['a code', 1000, '', 1000, ''],
    ['a code and a reason', 4001, 'tschüß', 4001, 'tschüß'],
    ['the longest reason', 1000, 'x'.repeat(123), 1000, 'x'.repeat(123)],
  ])('a close with %s', (_name, code, reason, readCode, readReason) => {
    expect(read([encodeCloseFrame(code, reason, MASK)]).end).toEqual(['close', readCode, readReason])
  })

  test('after a close nothing is read', () => {
    const seen = read([encodeCloseFrame(1000, '', MASK), text('late'), encodeCloseFrame(1000, '', MASK)])
    expect([seen.parts, seen.end]).toEqual([[], ['close', 1000, '']])
  })

  test.each([1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999])('%i is a code', (code) => {
    expect(isCloseCode(code)).toBe(true)
    expect(closeFault(code, '')).toBeUndefined()
  })

  test.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])('%i is none', (code) => {
    expect(isCloseCode(code)).toBe(false)
    expect(closeFault(code, '')).toEqual({ code: 'close-code', close: code })
  })

  test('a reason may have 123 bytes; our own words are cut to them, at a character', () => {
    expect([fitsClose('x'.repeat(123)), fitsClose('x'.repeat(124)), fitsClose('ü'.repeat(62))]).toEqual([
      true,
      false,
      false,
    ])
    expect(closeFault(4000, 'ü'.repeat(62))).toEqual({ code: 'close-reason-long', max: 123 })
    expect([cutReason('why'), cutReason('ü'.repeat(80))]).toEqual(['why', 'ü'.repeat(61)])
  })
})

describe('a broken protocol', () => {
  test.each<[string, Buffer[], number, RegExp]>([
    ['reserved bit 1', [raw(0xc1, bytes(65))], 1002, /reserved bit/],
    ['reserved bit 3', [raw(0x91, bytes(65))], 1002, /reserved bit/],
    ['opcode 3', [raw(0x83, bytes(65))], 1002, /opcode 3/],
    ['opcode 7', [raw(0x87, bytes(65))], 1002, /opcode 7/],
    ['opcode 11', [raw(0x8b, bytes(65))], 1002, /opcode 11/],
    ['opcode 15', [raw(0x8f, bytes(65))], 1002, /opcode 15/],
    ['a client that does not mask', [encodeFrame('text', Buffer.from('x'))], 1002, /not masked/],
    ['a control frame of 126 bytes', [raw(0x89, Buffer.alloc(0), 0x80 | 126)], 1002, /longer than 125/],
    ['a fragmented ping', [raw(0x09, bytes(65))], 1002, /control frame is fragmented/],
    ['a fragmented close', [raw(0x08, bytes(3, 232))], 1002, /control frame is fragmented/],
    ['a continuation of nothing', [text('a', false)], 1002, /follows no message/],
    ['a continuation after the end', [text('a'), text('b', false)], 1002, /follows no message/],
    ['a message in a message', [text('a', true, false), text('b')], 1002, /before the last one has ended/],
    ['half a close code', [raw(0x88, bytes(3))], 1002, /half a code/],
    ['close code 1005', [raw(0x88, bytes(3, 237))], 1002, /1005 is not a close code/],
    ['a close reason that is not valid UTF-8', [raw(0x88, bytes(3, 232, 0xc3, 0x28))], 1007, /reason/],
    ['text that is not valid UTF-8', [text(bytes(0xc3, 0x28))], 1007, /not valid UTF-8/],
    ['text that is cut', [text(bytes(0xe2, 0x82))], 1007, /not valid UTF-8/],
    ['text with a surrogate', [text(bytes(0xed, 0xa0, 0x80))], 1007, /not valid UTF-8/],
    ['text that is wrong across fragments', [text(bytes(0xe2), true, false), text(bytes(0x28), false)], 1007, /UTF-8/],
  ])('%s', (_name, chunks, code, message) => {
    const [how, said, why] = read(chunks).end
    expect([how, said]).toEqual(['fault', code])
    expect(why).toMatch(message)
  })

  test('wrong text is seen with the fragment that it is in', () => {
    expect(read([text(bytes(0x61, 0xff), true, false)]).end[1]).toBe(1007)
  })

  test('a character may be cut by a fragment', () => {
    const euro = Buffer.from('€')
    const seen = read([
      text(euro.subarray(0, 1), true, false),
      text(euro.subarray(1, 2), false, false),
      text(euro.subarray(2), false),
    ])
    expect([seen.end, Buffer.concat(seen.data).toString()]).toEqual([[], '€'])
  })

  test('a server that masks', () => {
    expect(read([text('x')], { masked: false, messageMax: 100 }).end[1]).toBe(1002)
  })

  test('a message that is too long is refused by its head alone', () => {
    const head = encodeFrame('binary', Buffer.alloc(101), true, true, MASK).subarray(0, 6)
    expect(read([head], { masked: true, messageMax: 100 }).end.slice(0, 2)).toEqual(['fault', 1009])
  })

  test('fragments count together', () => {
    const options = { masked: true, messageMax: 10 }
    expect(read([text('123456', true, false), text('7890', false)], options).end).toEqual([])
    expect(read([text('123456', true, false), text('78901', false)], options).end[1]).toBe(1009)
    expect(read([text('1234567890'), text('1234567890')], options).end).toEqual([])
  })

  test('a length beyond all numbers', () => {
    expect(read([raw(0x82, Buffer.alloc(0), 0xff), Buffer.alloc(8, 0xff)]).end[1]).toBe(1009)
  })
})
