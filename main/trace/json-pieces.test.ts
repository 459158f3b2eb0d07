import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64Of, listOf, objectOf, PIECE, piecesOf, utf8Of } from './json-pieces'

const read = (value: unknown): unknown => JSON.parse([...piecesOf(value)].join(''))

/** Bytes in parts that end anywhere. */
const parted = fc.array(fc.uint8Array({ minLength: 0, maxLength: 40 }), { maxLength: 6 })

test('bytes are in base64 as one text, wherever their parts end', () => {
  fc.assert(
    fc.property(parted, (parts) => {
      expect(read(base64Of(parts))).toBe(Buffer.concat(parts).toString('base64'))
    }),
  )
})

test('text is the text of all parts, also where a character is cut in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(20), (any, size) => {
      const bytes = Buffer.from(any, 'utf8')
      const parts = []
      for (let at = 0; at < bytes.length; at += size + 1) parts.push(bytes.subarray(at, at + size + 1))
      expect(read(utf8Of(parts))).toBe(bytes.toString('utf8'))
    }),
  )
})

test('a byte order mark is a character as any other', () => {
  expect(read(utf8Of([Buffer.from('\ufeffa')]))).toBe('\ufeffa')
})

test('large values come in small pieces', () => {
  const bytes = Buffer.alloc(1_000_000, 0xc3)
  for (const value of [base64Of([bytes]), utf8Of([Buffer.alloc(1_000_000, 0x22)]), '\ud83d\ude00"'.repeat(300_000)]) {
    const pieces = [...piecesOf(value)]
    // A quotation mark is two characters in JSON.
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(2 * PIECE + 2)
  }
  expect(read(base64Of([bytes]))).toBe(bytes.toString('base64'))
  expect(read('\ud83d\ude00"'.repeat(300_000))).toBe('\ud83d\ude00"'.repeat(300_000))
})

test('objects leave out what is undefined, and lists take what comes', () => {
  const value = objectOf<{ a: number; b?: string | undefined; c: (string | null)[]; d: object }>({
    a: 1,
    b: undefined,
    c: listOf<string | null>(['x', utf8Of([Buffer.from('"')]), null]),
    d: objectOf({}),
  })
  expect(read(value)).toEqual({ a: 1, c: ['x', '"', null], d: {} })
  expect(read(listOf([]))).toEqual([])
})
