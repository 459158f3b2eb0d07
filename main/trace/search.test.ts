// Text in headers, bodies, messages and publishes: found wherever it was kept, in short slices.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Needle } from '../../preload/contract/search'
import { TraceScript } from '../testing/trace-script'
import { type Pace, searchTrace } from './search'

const noPace: Pace = { now: () => 0, rest: async () => {} }

async function search({ model }: TraceScript, needle: Needle, pace = noPace) {
  const ids = { exchanges: [...model.exchanges.keys(), 99], publishes: [...model.publishes.keys(), 99] }
  const { exchanges, publishes } = await searchTrace(model, [needle], ids, pace)
  const shown = (name: string, hits: typeof exchanges) => hits.map(({ id, place }) => `${name} ${id}: ${place}`)
  return [...shown('x', exchanges), ...shown('p', publishes)]
}

const any = (text: string): Needle => ({ where: 'any', text })
const header = (text: string): Needle => ({ where: 'header', text })
const body = (text: string): Needle => ({ where: 'body', text })

const exchanges = new TraceScript()
  .request(1, { headers: ['Host', 'a.test', 'Cookie', 'Session=AbC', 'X-Name', 'caf\u00c3\u00a9'] })
  .requestBody(1, '{"wanted":"Tea"}')
  .sent(1, { headers: ['Grip-Sig', 'only-sent'] })
  .answered(1, 200, ['Content-Type', 'application/json'], '{"pot":1}')
  .response(1, { headers: ['Content-Type', 'application/json', 'Via', 'nowhere'] })
  .ended(1)

test.each<[needle: Needle, found: readonly string[]]>([
  [any('session=abc'), ['x 1: request header Cookie']],
  [any('COOKIE'), ['x 1: request header Cookie']],
  [header('cookie: session'), ['x 1: request header Cookie']],
  [header('content-type=json'), ['x 1: backend’s header Content-Type']],
  [header('via=json'), []],
  [header('café'), ['x 1: request header X-Name']],
  [header('Tea'), []],
  [any('nowhere'), ['x 1: response header Via']],
  [any('tea'), ['x 1: request body']],
  [body('"POT"'), ['x 1: response body']],
  [body('session'), []],
  // What the proxy adds by itself would be found in every exchange.
  [any('only-sent'), []],
  [any('missing'), []],
])('%j', async (needle, found) => {
  expect(await search(exchanges, needle)).toEqual(found)
})

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])(
  'a body compressed with %s is looked into decompressed, also where its end was not kept',
  async (coding, compress) => {
    const compressed = compress(Buffer.from(`needle${'x'.repeat(100)}`))
    for (const kept of [compressed, compressed.subarray(0, -2)]) {
      const script = new TraceScript()
        .request(1)
        .answered(1, 200, ['Content-Encoding', coding], kept)
        .response(1, { body: 'answer' })
      if (kept === compressed || coding !== 'br')
        expect(await search(script, any('NEEDLE'))).toEqual(['x 1: response body'])
    }
  },
)

test('bytes that only say that they are compressed are looked into as they are', async () => {
  const script = new TraceScript().request(1).answered(1, 200, ['Content-Encoding', 'gzip'], 'plain needle')
  expect(await search(script, any('needle'))).toEqual(['x 1: response body'])
})

test('what lies across the parts of a body is found, other alphabets too', async () => {
  const text = `${'x'.repeat(70_000)}Grüße, Мир`
  const bytes = Buffer.from(text)
  const script = new TraceScript().request(1).answered(1)
  for (let at = 0; at < bytes.length; at += 7) script.answerData(1, bytes.subarray(at, at + 7))
  for (const needle of ['grüße', 'МИР', 'xxGr', ', ']) {
    expect(await search(script, body(needle)), needle).toEqual(['x 1: response body'])
  }
  expect(await search(script, body('Grüsse'))).toEqual([])
})

test('messages of a WebSocket are found, each on its own', async () => {
  const script = new TraceScript()
    .request(1, { headers: ['Upgrade', 'websocket'] })
    .message(1, 'one')
    .message(1, 'two')
  expect(await search(script, any('TWO'))).toEqual(['x 1: message'])
  expect(await search(script, any('onetwo'))).toEqual([])
})

test('what was published is found in the publish, and in those who got it', async () => {
  const formats = { 'http-stream': { content: 'It rains.' }, 'ws-message': { content: 'umbrella' } }
  const script = new TraceScript()
    .hold(1, 'stream')
    .response(1, { body: 'own' })
    .hold(2, 'stream')
    .publish(1, { formats, meta: { user: 'frank' } })
    .delivery(1, { 1: 'delivered', 2: 'filtered' })
  expect(await search(script, any('rains'))).toEqual(['x 1: response body', 'p 1: http-stream'])
  expect(await search(script, body('umbrella'))).toEqual(['p 1: ws-message'])
  expect(await search(script, any('frank'))).toEqual(['p 1: item'])
  expect(await search(script, header('rains'))).toEqual([])
  const refused = new TraceScript().refused(7, { data: Buffer.from('{"itms":[]}') })
  expect(await search(refused, any('itms'))).toEqual(['p 7: call'])
})

test('several needles are looked for at once, each with its own place', async () => {
  const { model } = exchanges
  const needles = [any('tea'), header('cookie'), body('nothing')]
  const found = await searchTrace(model, needles, { exchanges: [1], publishes: [] }, noPace)
  expect(found.exchanges).toEqual([
    { id: 1, needle: 1, place: 'request header Cookie' },
    { id: 1, needle: 0, place: 'request body' },
  ])
})

test('others get their turn after a few milliseconds of work', async () => {
  const script = new TraceScript()
  for (let x = 1; x <= 20; x++) script.request(x).answered(x, 200, [], 'x'.repeat(1000))
  let now = 0
  let rests = 0
  const pace: Pace = {
    // Each look at the clock is a millisecond later.
    now: () => now++,
    rest: async () => {
      rests++
    },
  }
  expect(await search(script, any('x'.repeat(500)), pace)).toHaveLength(20)
  expect(rests).toBeGreaterThan(3)
})

test('nothing is found across what is missing between both ends of a body', async () => {
  const script = new TraceScript().request(1).answered(1)
  const tail = { type: 'answer-data', t: 0, x: 1, at: 1000, tail: true } as const
  script.answerData(1, 'begin nee').events.push({ ...tail, data: Buffer.from('dle end') })
  expect(await search(script, any('needle'))).toEqual([])
  for (const needle of ['begin nee', 'dle end']) expect(await search(script, any(needle))).toHaveLength(1)
})

test('one publish to many streams is read once, and found in all of them', async () => {
  const script = new TraceScript()
  const all: Record<number, 'delivered'> = {}
  for (let x = 1; x <= 90; x++) {
    script.hold(x, 'stream').response(x, { body: 'own' })
    all[x] = 'delivered'
  }
  for (let p = 1; p <= 50; p++) {
    const content = `${p === 25 ? 'needle' : 'hay'} ${'x'.repeat(300_000)}`
    script.publish(p, { formats: { 'http-stream': { content } } }).delivery(p, all)
  }
  let looks = 0
  const pace: Pace = { now: () => looks++, rest: async () => {} }
  const found = await search(script, any('needle'), pace)
  expect(found).toHaveLength(91)
  expect(found.at(-1)).toBe('p 25: http-stream')
  // Read for each it would be more than three times as often.
  expect(looks).toBeLessThan(8000)
})

test('others get their turn within one exchange of very many events, and in one of very many deliveries', async () => {
  const script = new TraceScript()
    .request(1, { headers: ['Upgrade', 'websocket'] })
    .held(1, 'websocket')
    .subscribed(1)
  for (let i = 0; i < 20_000; i++) script.message(1, 'm')
  for (let p = 1; p <= 2000; p++) script.publish(p).delivery(p, { 1: 'delivered' })
  const { model } = script
  let now = 0
  let rests = 0
  const pace: Pace = {
    now: () => now++,
    rest: async () => {
      rests++
    },
  }
  const { exchanges } = await searchTrace(model, [any('nowhere')], { exchanges: [1], publishes: [] }, pace)
  expect(exchanges).toEqual([])
  expect(rests).toBeGreaterThan(1000)
})
