import { expect, it } from 'vitest'
import { RecordingSink } from '../../testing/recording-sink'
import type { BodyDataEvent } from '../../trace/events'
import { BodyRecord } from './body-record'

function record(limit: number, parts: readonly string[], compressed = false) {
  const sink = new RecordingSink(limit)
  const body = new BodyRecord(sink, 1, { type: 'answer-data', compressed })
  for (const part of parts) body.add(Buffer.from(part))
  const kept = (sink.events as BodyDataEvent[]).filter(({ data }) => data.length > 0)
  return { size: body.size, kept: kept.map(({ at, data }) => [at, Buffer.from(data).toString()]) }
}

it('keeps all of a body up to the limit', () => {
  const parts = [
    [0, 'abc'],
    [3, 'de'],
    [5, 'fgh'],
    [8, 'ij'],
  ]
  expect(record(10, ['abc', 'defgh', 'ij'])).toEqual({ size: 10, kept: parts })
  expect(record(100, ['abc', '', 'd'])).toEqual({
    size: 4,
    kept: [
      [0, 'abc'],
      [3, 'd'],
    ],
  })
})

it('keeps the beginning of a longer one, and its latest bytes, half each', () => {
  expect(record(10, ['abc', 'defgh', 'ij', 'klm', 'nop']).kept).toEqual([
    [0, 'abc'],
    [3, 'de'],
    [11, 'lm'],
    [13, 'nop'],
  ])
  expect(record(10, ['abcdefghijklmnopqrstuvwxyz']).kept).toEqual([
    [0, 'abcde'],
    [21, 'vwxyz'],
  ])
  expect(record(1, ['a', 'b', 'c']).kept).toEqual([[0, 'a']])
  expect(record(0, ['a', 'b'])).toEqual({ size: 2, kept: [] })
})

it('keeps only the beginning of what is compressed', () => {
  expect(record(4, ['abc', 'def', 'ghi'], true)).toEqual({
    size: 9,
    kept: [
      [0, 'abc'],
      [3, 'd'],
    ],
  })
})

it('keeps the latest where all parts are small', () => {
  const { kept } = record(100_000, Array(60_000).fill('ab'))
  expect(kept.at(-1)).toEqual([119_998, 'ab'])
  expect(kept.length).toBeLessThan(30_000)
})
