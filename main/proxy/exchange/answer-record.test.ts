import { describe, expect, it } from 'vitest'
import { RecordingSink } from '../../testing/recording-sink'
import { inWords } from '../../testing/said'
import { AnswerRecord, recordFailure } from './answer-record'

const HEAD = { status: 200, reason: 'OK', headers: [] }

describe('the record of an answer', () => {
  it('keeps a body up to the limit over all of its parts, and counts the rest', () => {
    const sink = new RecordingSink(100)
    const record = new AnswerRecord({ sink, id: 1 }, HEAD)
    for (let i = 0; i < 50; i++) record.add(Buffer.alloc(30, i))
    record.end()
    const parts = sink.of('answer-data')
    expect(parts.reduce((sum, { data }) => sum + data.byteLength, 0)).toBeLessThanOrEqual(100)
    expect(parts[0]).toMatchObject({ at: 0, data: Buffer.alloc(30, 0) })
    expect(sink.of('answer-end')).toMatchObject([{ x: 1, size: 1500 }])
  })

  it('of a compressed body keeps the beginning alone', () => {
    const sink = new RecordingSink(100)
    const record = new AnswerRecord({ sink, id: 1 }, { ...HEAD, headers: ['Content-Encoding', 'gzip'] })
    for (let i = 0; i < 50; i++) record.add(Buffer.alloc(30, i))
    const parts = sink.of('answer-data')
    expect(parts.map(({ at, data }) => [at, data.byteLength])).toEqual([
      [0, 30],
      [30, 30],
      [60, 30],
      [90, 10],
    ])
  })

  it('names a filter in each of its events', () => {
    const sink = new RecordingSink()
    const record = new AnswerRecord({ sink, id: 1 }, HEAD, true)
    record.add(Buffer.from('a'))
    record.end(5)
    recordFailure({ sink, id: 1 }, { target: 'b:1', code: 'ECONNRESET', cause: inWords('reset'), again: false }, true)
    expect(sink.events).toMatchObject([
      { type: 'answered', filter: true, status: 200 },
      { type: 'answer-data', filter: true },
      { type: 'answer-end', filter: true, size: 5 },
      { type: 'backend-failed', filter: true, target: 'b:1', code: 'ECONNRESET' },
    ])
  })
})
