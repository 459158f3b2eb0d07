import { describe, expect, test } from 'vitest'
import { RecordingSink } from '../../testing/recording-sink'
import { ContentsRecord } from './sent-contents'

function taken(limit: number, ...contents: readonly (string | Buffer | null)[]) {
  const record = new ContentsRecord(new RecordingSink(limit), contents.length)
  for (const [position, content] of contents.entries()) {
    if (content !== null) record.add(position, typeof content === 'string' ? Buffer.from(content) : content)
  }
  const { which, data, ends, sizes } = record.take()
  return { which: [...which], data: Buffer.from(data).toString(), ends: [...ends], sizes: [...sizes] }
}

describe('what filters made', () => {
  test('is kept once for all that got the same bytes', () => {
    const shared = Buffer.from('ab')
    expect(taken(100, shared, null, 'abc', shared, 'ab', '')).toEqual({
      which: [1, 0, 2, 1, 1, 3],
      data: 'ababc',
      ends: [2, 5, 5],
      sizes: [2, 3, 0],
    })
  })

  test('is kept up to the bound of a body, over all of them; the rest has its size', () => {
    expect(taken(5, 'abc', 'defg', 'hi', 'abc', 'defg')).toEqual({
      which: [1, 2, 3, 1, 2],
      data: 'abcde',
      ends: [3, 5, 5],
      sizes: [3, 4, 2],
    })
    expect(taken(0, 'abc', 'abc')).toMatchObject({ data: '', sizes: [3, 3] })
  })

  test('may be bytes of any kind', () => {
    const record = new ContentsRecord(new RecordingSink(), 2)
    record.add(0, Buffer.of(0xc3, 0xff))
    record.add(1, Buffer.of(0xef, 0xbf))
    expect(record.take()).toMatchObject({ which: Uint32Array.of(1, 2), data: Buffer.of(0xc3, 0xff, 0xef, 0xbf) })
  })
})
