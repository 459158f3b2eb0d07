// Compressed answers (Content-Encoding): the client gets plain bytes, as from Pushpin, and the trace has what it was sent.
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { bodyOf, joined } from '../../trace/bodies'
import { exchangeDetails } from '../../trace/exchange-details'
import { TraceModel } from '../../trace/model'
import { exchangeBody } from '../../trace/shown-body'

let t: TestEngine
afterEach(() => t.stop())

const ZSTD = Buffer.from('KLUv/QRYIQAAdGV4dFKvzIg=', 'base64')
const GRIP = { 'Grip-Hold': 'stream', 'Grip-Channel': 'c' }

async function ask(answer: ScriptedAnswer, path = '/'): Promise<RawClient> {
  t = await startTestEngine(() => answer)
  return RawClient.get(t.port, path)
}

const compressed = (encoding: string | string[], body: Buffer, headers = {}): ScriptedAnswer => ({
  headers: { 'Content-Encoding': encoding, ...headers },
  body,
})

function traced(): TraceModel {
  const model = new TraceModel()
  for (const event of t.sink.events) model.apply(event)
  return model
}

/** What the client was sent, as the trace has it. */
function sent(): string {
  const model = traced()
  const exchange = model.exchanges.get(1)
  return exchange ? joined(bodyOf(model, exchange, 'response')).toString() : 'no exchange'
}

async function shownAnswer(): Promise<string> {
  return Buffer.from((await exchangeBody(traced(), 1, 'answer'))?.base64 ?? '', 'base64').toString()
}

describe('an answer compressed with', () => {
  it.each<[string | string[], Buffer]>([
    ['gzip', gzipSync('text')],
    ['X-GZIP', gzipSync('text')],
    ['deflate', deflateSync('text')],
    ['deflate', deflateRawSync('text')],
    ['br', brotliCompressSync('text')],
    ['zstd', ZSTD],
    ['gzip, br', brotliCompressSync(gzipSync('text'))],
    [['gzip', 'br'], brotliCompressSync(gzipSync('text'))],
    [' identity ,GZip ', gzipSync('text')],
    ['none', Buffer.from('text')],
    ['', Buffer.from('text')],
    // Its end is missing: many a stream is never closed.
    ['gzip', gzipSync('text').subarray(0, -8)],
  ])('%j goes on decompressed', async (encoding, body) => {
    const client = await (await ask(compressed(encoding, body))).whole()
    expect([client.status, client.body, client.header('content-encoding')]).toEqual([200, 'text', undefined])
    await t.sink.next('ended')
    expect([sent(), await shownAnswer()]).toEqual(['text', 'text'])
    expect(exchangeDetails(traced(), 1)?.response?.headers.map(([name]) => name.toLowerCase())).not.toContain(
      'content-encoding',
    )
    client.close()
  })

  it.each(['x-own', 'gzip, x-own', 'x-own, gzip'])('%j, which is not known, goes on as it is', async (encoding) => {
    for (const headers of [{}, GRIP, { 'Grip-Hold': 'response', 'Grip-Channel': 'c', 'Grip-Timeout': '5' }]) {
      const client = await ask(compressed(encoding, Buffer.from('bytes'), headers))
      if ('Grip-Timeout' in headers) {
        await t.subscribed()
        t.sink.pass(6000)
      }
      await client.has('bytes')
      expect([client.status, client.header('content-encoding')]).toEqual([200, encoding])
      client.close()
      await t.sink.next('ended')
      await t.stop()
    }
  })
})

describe('what a hold begins with', () => {
  it.each([GRIP, { 'Grip-Hold': 'stream', 'Grip-Channel': 'c', 'Grip-Set-Hold': 'x' }])(
    'is decompressed, for publishes follow it',
    async (headers) => {
      const client = await ask(compressed('zstd', ZSTD, headers))
      await t.subscribed()
      await t.publish({ channel: 'c', formats: { 'http-stream': { content: ' news' } } })
      await client.has(' news')
      expect(client.header('content-encoding')).toBeUndefined()
      client.close()
      await t.sink.next('ended')
      expect(sent()).toBe('text news')
    },
  )

  it('in an instruct in JSON is decompressed too, and a coding that does not fit is taken off', async () => {
    const response = (body: Record<string, string>) => ({ headers: { 'Content-Encoding': 'gzip', A: 'b' }, ...body })
    const bin = { 'body-bin': gzipSync('text').toString('base64') }
    const hold = { mode: 'stream', channels: [{ name: 'c' }] }
    for (const [body, text] of [
      [bin, 'text'],
      [{ body: 'plain' }, 'plain'],
    ] as const) {
      const client = await ask(instruct({ hold, response: response(body) }))
      await client.has(text)
      expect([client.header('content-encoding'), client.header('a')]).toEqual([undefined, 'b'])
      client.close()
      await t.sink.next('ended')
      await t.stop()
    }
  })
})

describe('a compressed instruct', () => {
  it.each<[string, (body: string) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate, br', (body) => brotliCompressSync(deflateSync(body))],
  ])('(%s) is read, and shown', async (encoding, compress) => {
    const text = '{"hold":{"mode":"stream","channels":[{"name":"c"}]},"response":{"body":"open"}}'
    const client = await ask(compressed(encoding, compress(text), { 'Content-Type': 'application/grip-instruct' }))
    await client.has('open')
    await t.subscribed()
    const details = exchangeDetails(traced(), 1)
    expect(details?.instruct).toMatchObject({ accepted: true, mode: 'stream', source: text, channels: [{ name: 'c' }] })
    client.close()
  })

  it('that becomes too large is refused, and not decompressed without end', async () => {
    const bomb = gzipSync(`{"response":{"body":"${'x'.repeat(20_000_000)}"}}`)
    const client = await (await ask(compressed('gzip', bomb, { 'Content-Type': 'application/grip-instruct' }))).whole()
    expect(client.status).toBe(502)
    expect(await t.sink.next('ended')).toMatchObject({ how: 'instruct-refused' })
    client.close()
  })
})

it('a long compressed answer is in the trace at both ends, as it was sent', async () => {
  const text = Array.from({ length: 500_000 }, (_, i) => `${i}\n`).join('')
  t = await startTestEngine(() => compressed('gzip', gzipSync(text)))
  expect((await (await fetch(`http://127.0.0.1:${t.port}/`)).text()) === text).toBe(true)
  await t.sink.next('ended')
  const model = traced()
  const exchange = model.exchanges.get(1)
  if (!exchange) throw new Error('no exchange')
  const body = bodyOf(model, exchange, 'response')
  const kept = joined(body).toString()
  const half = 512 * 1024
  expect(body.size).toBe(text.length)
  expect(body.gaps).toEqual([{ at: half, bytes: text.length - 2 * half }])
  expect(kept === text.slice(0, half) + text.slice(-half)).toBe(true)
})
