import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { BodyKind } from '../../preload/views'
import { TraceScript } from '../testing/trace-script'
import { bothEndsOf, exchangeBody } from './shown-body'

const GZIP = ['Content-Type', 'text/plain', 'Content-Encoding', 'gzip']

async function shown({ model }: TraceScript, kind: BodyKind, wire = false) {
  const found = await exchangeBody(model, 1, kind, wire)
  if (!found) throw new Error('no exchange')
  const { base64, ...info } = found
  return { ...info, text: Buffer.from(base64, 'base64').toString('latin1') }
}

describe('a compressed body', () => {
  test("of the backend's answer is shown decompressed, with its compressed size", async () => {
    const compressed = gzipSync('hello hello hello')
    const script = new TraceScript().request(1).sent(1).answered(1, 200, GZIP, compressed)
    script.response(1, { changed: true, headers: ['Content-Type', 'text/plain'] }).responseData(1, 'hello hello hello')
    script.ended(1, { responseSize: 17 })
    expect(await shown(script, 'answer')).toEqual({
      size: 17,
      kept: 17,
      contentType: 'text/plain',
      contentEncoding: 'gzip',
      gaps: [],
      compressed: { codings: 'gzip', size: compressed.length, problem: '' },
      text: 'hello hello hello',
    })
    expect(await shown(script, 'response')).toMatchObject({ size: 17, compressed: null, text: 'hello hello hello' })
    expect(await shown(script, 'answer', true)).toMatchObject({ size: compressed.length, compressed: null })
  })

  test('of a request is shown decompressed, and is at hand as it was sent', async () => {
    const compressed = brotliCompressSync(gzipSync('{"a":1}'))
    const headers = ['Content-Encoding', 'gzip', 'Content-Encoding', 'br']
    const script = new TraceScript().request(1, { method: 'POST', headers }).requestBody(1, compressed)
    expect(await shown(script, 'request')).toMatchObject({
      text: '{"a":1}',
      compressed: { codings: 'gzip, br', size: compressed.length, problem: '' },
    })
    expect(await shown(script, 'request', true)).toMatchObject({
      text: compressed.toString('latin1'),
      compressed: null,
    })
  })

  test('of a published response is decompressed where its headers say so', async () => {
    const formats = {
      'http-response': { headers: { 'Content-Encoding': 'gzip' }, 'body-bin': gzipSync('news').toString('base64') },
    }
    const script = new TraceScript().hold(1).publish(1, { formats })
    script.response(1, { body: 'publish', p: 1, headers: ['Content-Encoding', 'gzip'] })
    expect(await shown(script, 'response')).toMatchObject({ text: 'news', compressed: { codings: 'gzip' } })
  })

  test('of which only the beginning was kept, or came so far, is shown as far as that reaches', async () => {
    const text = Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join('')
    const compressed = gzipSync(text)
    const script = new TraceScript().request(1).sent(1).answered(1, 200, GZIP)
    script.answerData(1, compressed.subarray(0, 2000))
    const coming = await shown(script, 'answer')
    expect([coming.compressed?.problem, coming.gaps]).toEqual(['', []])
    expect(coming.text.length).toBeGreaterThan(1000)
    expect(text.startsWith(coming.text)).toBe(true)
    const cut = await shown(script.answerEnd(1, compressed.length), 'answer')
    expect(cut.text).toBe(coming.text)
    expect(cut.compressed).toEqual({
      codings: 'gzip',
      size: compressed.length,
      problem: 'the rest of its compressed bytes was not kept',
    })
    expect(cut.gaps).toEqual([{ at: cut.kept, bytes: null }])
  })

  test('that is not what it says, or in an unknown coding, is shown as it is, with the reason', async () => {
    const script = (coding: string) =>
      new TraceScript().request(1).sent(1).answered(1, 200, ['Content-Encoding', coding], 'plain text')
    for (const coding of ['gzip', 'deflate', 'br', 'zstd', 'gzip, zstd']) {
      const bad = await shown(script(coding), 'answer')
      expect([bad.text, bad.size, bad.compressed?.problem]).toEqual(['plain text', 10, expect.stringMatching(/./)])
    }
    expect(await shown(script('gzip, lz4'), 'answer')).toMatchObject({
      text: 'plain text',
      compressed: { codings: 'gzip, lz4', problem: 'gzip, lz4 is not known: shown as it was sent' },
    })
  })

  test('that breaks in the midst shows what comes before', async () => {
    const compressed = gzipSync(Buffer.alloc(200_000, 'abcdefghij'), { level: 0 })
    compressed.fill(0xff, 100_000, 100_100)
    const script = new TraceScript().request(1).sent(1).answered(1, 200, GZIP, compressed)
    const { kept, compressed: about } = await shown(script, 'answer')
    expect(kept).toBeGreaterThan(50_000)
    expect(about?.problem).toMatch(/./)
  })

  test('that becomes very long is shown at both ends, and not made without end', async () => {
    const text = Buffer.alloc(3_000_000, '.')
    text.write('begin')
    text.write('end', text.length - 3)
    const script = new TraceScript().request(1).sent(1).answered(1, 200, GZIP, gzipSync(text))
    const long = await shown(script, 'answer')
    expect([long.size, long.kept, long.text.slice(0, 5), long.text.slice(-3)]).toEqual([
      3_000_000,
      1_048_576,
      'begin',
      'end',
    ])
    expect(long.gaps).toEqual([{ at: 524_288, bytes: 3_000_000 - 1_048_576 }])
    const bomb = new TraceScript().request(1).sent(1)
    bomb.answered(1, 200, GZIP, gzipSync(Buffer.alloc(100 * 1024 * 1024)))
    const cut = await shown(bomb, 'answer')
    expect(cut.compressed?.problem).toMatch(/^only the first \d+ bytes were uncompressed$/)
    expect(cut.size).toBeLessThan(66 * 1024 * 1024)
  })
})

test('of a very long body an answer has both ends, and what is missing between them', () => {
  const MIB = 1024 * 1024
  const bytes = Buffer.concat([Buffer.alloc(3 * MIB, 'a'), Buffer.alloc(3 * MIB, 'b'), Buffer.alloc(4 * MIB, 'c')])
  const gaps = [
    { at: MIB, bytes: 5 },
    { at: 6 * MIB, bytes: 7 },
    { at: 9 * MIB, bytes: null },
  ]
  const shown = bothEndsOf({ size: bytes.length + 12, bytes, gaps, compressed: null })
  expect(shown.size).toBe(bytes.length + 12)
  expect(shown.bytes.equals(Buffer.concat([bytes.subarray(0, 2 * MIB), bytes.subarray(8 * MIB)]))).toBe(true)
  expect(shown.gaps).toEqual([
    { at: MIB, bytes: 5 },
    { at: 2 * MIB, bytes: 6 * MIB + 7 },
    { at: 3 * MIB, bytes: null },
  ])
  const short = { size: 3, bytes: Buffer.from('abc'), gaps: [], compressed: null }
  expect(bothEndsOf(short)).toBe(short)
})
