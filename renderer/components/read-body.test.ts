// What is read in steps is what would be read at once, wherever a step ends.
import { EditorState } from '@codemirror/state'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atOnce } from '../../preload/vocabulary/steps'
import { decodeBase64 } from './body-modes'
import { drawText } from './drawn-text'
import { eventRows, readBody } from './read-body'

test('bytes of any length', () => {
  for (const length of [0, 1, 2, 3, 49_151, 49_152, 49_153, 49_154, 200_000]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 7) % 251)
    expect(Buffer.from(decodeBase64(Buffer.from(bytes).toString('base64'))).equals(bytes)).toBe(true)
  }
})

test('texts of any line ends, in lines as the editor would make them', () => {
  const piece = fc.constantFrom('\r', '\n', '\r\n', 'a', '😀', 'x'.repeat(65_535), 'y'.repeat(65_536), '\u2028')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const value = pieces.join('')
      const { doc } = atOnce(drawText({ value, language: 'text', writable: true }))
      expect(doc.eq(EditorState.create({ doc: value }).doc)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('30,000 events, with a gap', () => {
  const text = (from: number) => Array.from({ length: 15_000 }, (_, n) => `data: ${from + n}\n\n`).join('')
  const base64 = Buffer.from(text(0) + text(15_000)).toString('base64')
  const gaps = [{ at: text(0).length, bytes: 7 }]
  const steps = readBody({ base64, contentType: 'text/event-stream', gaps })
  expect(steps.next().done).toBe(false)
  const { parts } = atOnce(steps)
  const rows = atOnce(eventRows(parts ?? []))
  expect(rows).toHaveLength(30_001)
  expect(rows[15_000]).toEqual({ type: '⋯', id: '', text: '7 B are not kept', complete: true })
  expect(rows[30_000]).toEqual({ type: 'message', id: '', text: '29999', complete: true })
})
