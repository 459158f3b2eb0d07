import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Cause } from '../../../preload/vocabulary/causes'
import { causeWords } from '../../grip/cause-words'
import type { AnswerTaker } from './answer-taker'
import { DecompressedAnswer } from './decompressed-answer'

/** Keeps what comes of an answer; `done` resolves at its end. */
class Taken implements AnswerTaker {
  status = 0
  headers: string[] = []
  readonly parts: string[] = []
  failed = ''
  flowing = true
  readonly done: Promise<void>
  #end = (): void => {}

  constructor() {
    this.done = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  answerHead(status: number, _reason: string, headers: string[]): void {
    this.status = status
    this.headers = headers
  }

  answerData(chunk: Buffer): boolean {
    this.parts.push(chunk.toString())
    return this.flowing
  }

  answerEnd(): void {
    this.#end()
  }

  answerFailed(why: Cause): void {
    this.failed = causeWords(why)
    this.#end()
  }
}

function answer(encoding: string): { taken: Taken; decompressed: DecompressedAnswer } {
  const taken = new Taken()
  const decompressed = new DecompressedAnswer(taken, () => {})
  decompressed.answerHead(200, 'OK', ['Content-Encoding', encoding, 'Content-Length', '5', 'A', 'b'])
  return { taken, decompressed }
}

describe('an answer', () => {
  it.each([
    ['gzip', gzipSync('text')],
    ['x-gzip', gzipSync('text')],
    ['GZIP', gzipSync('text')],
    ['deflate', deflateSync('text')],
    ['br', brotliCompressSync('text')],
    ['zstd', Buffer.from('KLUv/QRYIQAAdGV4dFKvzIg=', 'base64')],
    [' gzip ,BR', brotliCompressSync(gzipSync('text'))],
    ['identity, gzip', gzipSync('text')],
    ['deflate', deflateRawSync('text')],
  ])('compressed with %s goes on decompressed, at once where it is whole', (encoding, compressed) => {
    const { taken, decompressed } = answer(encoding)
    decompressed.answerData(compressed.subarray(0, 3))
    decompressed.answerData(compressed.subarray(3))
    expect(taken.status).toBe(0)
    decompressed.answerEnd()
    expect(taken).toMatchObject({ status: 200, headers: ['A', 'b'], parts: ['text'] })
  })

  it('that comes in parts goes on in parts', async () => {
    const { taken, decompressed } = answer('gzip')
    const compressed = gzipSync('text')
    decompressed.answerData(compressed.subarray(0, 12))
    await new Promise(setImmediate)
    decompressed.answerData(compressed.subarray(12))
    decompressed.answerEnd()
    await taken.done
    expect([taken.status, taken.parts.join(''), taken.failed]).toEqual([200, 'text', ''])
  })

  it('that becomes large waits for a slow client', async () => {
    const { taken, decompressed } = answer('gzip')
    taken.flowing = false
    decompressed.answerData(gzipSync(Buffer.alloc(3_000_000, 'x')))
    decompressed.answerEnd()
    while (taken.parts.length === 0) await new Promise(setImmediate)
    taken.flowing = true
    expect(taken.parts).toHaveLength(1)
    decompressed.drained()
    await taken.done
    expect(taken.parts.join('')).toHaveLength(3_000_000)
  })

  it('that is not compressed as it says fails', async () => {
    const { taken, decompressed } = answer('gzip')
    decompressed.answerData(Buffer.from('plain text'))
    decompressed.answerEnd()
    await taken.done
    expect([taken.status, taken.parts, taken.failed]).toEqual([0, [], expect.stringContaining('uncompressed')])
  })

  it.each(['identity', 'Identity'])('compressed with %s loses only the header', (encoding) => {
    const { taken, decompressed } = answer(encoding)
    decompressed.answerData(Buffer.from('text'))
    decompressed.answerEnd()
    expect(taken).toMatchObject({ headers: ['Content-Length', '5', 'A', 'b'], parts: ['text'] })
  })

  it.each(['lz4', 'constructor', 'gzip, lz4', 'lz4, gzip', 'gzip,gzip,gzip,gzip,gzip,gzip'])(
    'compressed with %j goes on as it is',
    (encoding) => {
      const { taken, decompressed } = answer(encoding)
      decompressed.answerData(Buffer.from('text'))
      decompressed.answerEnd()
      expect(taken.headers).toContain('Content-Encoding')
      expect(taken.parts).toEqual(['text'])
    },
  )

  it('without a body keeps its length', () => {
    const taken = new Taken()
    new DecompressedAnswer(taken, () => {}).answerHead(
      200,
      'OK',
      ['Content-Encoding', 'gzip', 'Content-Length', '5'],
      true,
    )
    expect(taken).toMatchObject({ status: 200, headers: ['Content-Length', '5'] })
  })

  it('that was stopped goes nowhere', async () => {
    const { taken, decompressed } = answer('gzip')
    decompressed.answerData(gzipSync('text'))
    decompressed.stop()
    await new Promise(setImmediate)
    expect(taken.status).toBe(0)
  })
})
