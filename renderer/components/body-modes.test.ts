import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64, guessMode, modesOf, textOf } from './body-modes'
import { hexRow } from './hex-view'

test.each<[text: string | null, type: string, modes: string[]]>([
  ['{"a":1}', 'application/json', ['json', 'text', 'hex']],
  ['{"a":1}', 'text/plain', ['json', 'text', 'hex']],
  ['{"a":', 'application/json', ['text', 'hex']],
  ['data: x\n\n', 'text/event-stream', ['sse', 'text', 'hex']],
  ['plain', '', ['text', 'hex']],
  [null, 'image/png', ['hex']],
])('%j of type %j is shown as %j', (text, type, modes) => {
  expect(modesOf(text, type)).toEqual(modes)
  expect(guessMode(text, type)).toBe(modes[0])
})

describe('bytes as text', () => {
  const bytes = (...values: number[]) => new Uint8Array(values)
  test.each<[Uint8Array, string | null]>([
    [bytes(), ''],
    [bytes(0x68, 0x69), 'hi'],
    [bytes(0x68, 0x00), null],
    [bytes(0xff, 0xfe, 0x41, 0x41, 0x41), null],
    // "é" cut in two by the body limit.
    [bytes(0x68, 0xc3), 'h'],
    [new TextEncoder().encode('größer €'), 'größer €'],
  ])('%s', (input, text) => expect(textOf(input)).toBe(text))

  test('any text comes back from base64', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        if (text.includes('\0')) return
        expect(textOf(decodeBase64(encodeBase64(text)))).toBe(text)
      }),
    )
  })

  test('a megabyte goes both ways', () => {
    const text = 'ä'.repeat(512 * 1024)
    expect(textOf(decodeBase64(encodeBase64(text)))).toBe(text)
  })
})

test('bytes stand in rows of sixteen', () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, index) => (index < 16 ? index + 0x41 : 0))
  expect(hexRow(bytes, 0)).toEqual({
    offset: '00000000',
    hex: '41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e 4f 50',
    text: 'ABCDEFGHIJKLMNOP',
  })
  expect(hexRow(bytes, 16)).toMatchObject({ offset: '00000010', text: '····' })
  expect(hexRow(bytes, 16).hex).toHaveLength(hexRow(bytes, 0).hex.length)
})
