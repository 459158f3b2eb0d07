// Publish calls of any kind to holds of every kind: 200 or 400 with the field named, nothing of a bad call goes out, and
// whatever goes out leaves clients with a response that is whole or a connection that is cut.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parsePublishFrame } from '../grip/publish-item'
import { encodeTnet } from '../grip/tnetstring'
import { FramePeer } from '../testing/frame-peer'
import { fuzzing } from '../testing/fuzz'
import { RawClient } from '../testing/raw-client'
import { responsesIn } from '../testing/response-list'
import { startTestEngine, type TestEngine } from '../testing/test-engine'
import { control, events, WITH_GRIP } from '../testing/websocket-backend'

const { runs, timeout } = fuzzing(80)

let t: TestEngine
const holding = {
  response: { code: 200, headers: { 'Content-Type': 'application/json', 'X-A': 'b' }, body: '{"a":1}' },
}
const channels = [{ name: 'c', filters: ['skip-self'] }]

beforeAll(async () => {
  t = await startTestEngine(
    ({ url, body }) => {
      if (url === '/ws')
        return body.includes('OPEN')
          ? events(['OPEN', control({ type: 'subscribe', channel: 'c' })], WITH_GRIP)
          : events(body.includes('CLOSE') ? ['CLOSE 1000'] : [])
      const mode = url === '/stream' ? 'stream' : 'response'
      const instruct = { ...holding, hold: { mode, channels, timeout: 600 } }
      return { headers: { 'Content-Type': 'application/grip-instruct' }, body: JSON.stringify(instruct) }
    },
    ['* BACKEND', '*,path_beg=/ws BACKEND,over_http'],
    { messageWait: 20 },
  )
})
afterAll(async () => {
  await t.nothingLeft()
  await t.stop()
})

/** One hold of each kind, held anew where it was ended. */
class Holds {
  poll: RawClient | undefined
  stream: RawClient | undefined
  socket: FramePeer | undefined

  async open(): Promise<void> {
    const before = t.sink.of('subscribed').length
    let opened = 0
    if (this.poll?.text !== '' || this.poll.closed) {
      this.poll?.close()
      this.poll = RawClient.get(t.port, '/poll')
      opened++
    }
    if (!this.stream || this.stream.closed || this.stream.text.endsWith('0\r\n\r\n')) {
      this.stream?.close()
      this.stream = RawClient.get(t.port, '/stream')
      opened++
    }
    if (!this.socket || this.socket.closed || this.socket.frames.some((frame) => frame.startsWith('CLOSE'))) {
      this.socket?.vanish()
      this.socket = FramePeer.connect(t.port, '/ws')
      opened++
    }
    await t.subscribed(before + opened)
  }

  check(): void {
    for (const client of [this.poll, this.stream]) {
      const text = client?.text ?? ''
      if (responsesIn(text) === undefined) throw new Error(`no response: ${JSON.stringify(text.slice(0, 300))}`)
    }
    for (const frame of this.socket?.frames ?? []) expect(frame).toMatch(/^(TEXT|BINARY|PING|PONG|CLOSE)(\+? |$)/)
  }

  close(): void {
    this.poll?.close()
    this.stream?.close()
    this.socket?.vanish()
  }
}

const text = fc.oneof(
  fc.constantFrom('', 'a', 'é', 'x\r\ny', '\0', '%(user)s', '1', '{}'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
)
const odd = fc.oneof(fc.constantFrom(null, true, -1, 0, 1.5, 1e99, 200, '204', [], {}, [null], 'x'), text)
const mostly = <T, U>(good: fc.Arbitrary<T>, other: fc.Arbitrary<U>) => fc.oneof({ weight: 80, arbitrary: good }, other)
const headers = fc.oneof(
  fc.dictionary(
    fc.constantFrom(
      'A',
      'Content-Type',
      'Content-Length',
      'Transfer-Encoding',
      'Connection',
      'Trailer',
      'Grip-Hold',
      'Grip-Expose-Headers',
      'Upgrade',
      'a b',
      '',
    ),
    mostly(fc.constantFrom('x', 'chunked', '3', 'close', ''), odd),
  ),
  fc.array(fc.tuple(fc.constantFrom('A', 'Set-Cookie', 'Content-Length'), fc.constantFrom('x', '5'))),
  odd,
)
const action = mostly(fc.constantFrom('send', 'close', 'hint', 'refresh'), odd)
const filters = mostly(fc.constantFrom(undefined, undefined, undefined, [], ['var-subst'], ['nothing']), odd)
const step = fc.record(
  {
    op: mostly(fc.constantFrom('add', 'remove', 'replace', 'test', 'move', 'copy'), odd),
    path: mostly(fc.constantFrom('/a', '', '/a/b', '/-', '/__proto__/x'), odd),
    value: odd,
    from: odd,
  },
  { requiredKeys: ['op', 'path'] },
)
const optional = { requiredKeys: [] }
const formats = fc.record(
  {
    'http-response': mostly(
      fc.record(
        {
          code: mostly(fc.constantFrom(200, 204, 304, 404, 101, 599, 199), odd),
          reason: mostly(fc.constant('OK'), odd),
          headers,
          body: mostly(text, odd),
          'body-bin': mostly(fc.base64String({ maxLength: 8 }), odd),
          'body-patch': fc.array(step, { maxLength: 3 }),
          action,
          'content-filters': filters,
        },
        optional,
      ),
      odd,
    ),
    'http-stream': mostly(
      fc.record(
        {
          content: mostly(text, odd),
          'content-bin': mostly(fc.base64String({ maxLength: 8 }), odd),
          action,
          'content-filters': filters,
        },
        optional,
      ),
      odd,
    ),
    'ws-message': mostly(
      fc.record(
        {
          content: mostly(text, odd),
          'content-bin': odd,
          type: mostly(fc.constantFrom('text', 'binary', 'ping', 'pong'), odd),
          action,
          code: mostly(fc.constantFrom(1000, 1005, 4000, 99999, 0), odd),
          reason: mostly(text, odd),
          'content-filters': filters,
        },
        optional,
      ),
      odd,
    ),
    extra: odd,
  },
  optional,
)
const item = fc.record(
  {
    channel: mostly(fc.constant('c'), odd),
    id: mostly(text, odd),
    'prev-id': mostly(fc.constantFrom('', '1', '2'), odd),
    meta: mostly(fc.dictionary(fc.constantFrom('sender', 'user', '__proto__'), text), odd),
    formats: mostly(formats, odd),
  },
  { requiredKeys: ['channel', 'formats'] },
)

async function publish(body: string | Uint8Array): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${t.engine.publish.port}/publish/`, {
    method: 'POST',
    body: Buffer.from(body as string),
  })
  return { status: response.status, text: await response.text() }
}

describe('publish calls', () => {
  test(
    'of any items, to holds of every kind',
    async () => {
      const holds = new Holds()
      await fc.assert(
        fc.asyncProperty(fc.array(mostly(item, odd), { minLength: 1, maxLength: 2 }), async (items) => {
          await holds.open()
          const published = t.sink.of('publish').length
          const { status, text: said } = await publish(JSON.stringify({ items }))
          if (status === 200) {
            expect(t.sink.of('publish')).toHaveLength(published + items.length)
            const delivered = () => new Set(t.sink.of('delivery').map(({ p }) => p)).size
            await t.sink.when(() => (delivered() === published + items.length ? true : undefined), 'all deliveries')
          } else {
            expect(status).toBe(400)
            expect(said).toMatch(/^Invalid format: (items|body).* [A-Z].+\.\n$/s)
            expect(t.sink.of('publish')).toHaveLength(published)
          }
          holds.check()
        }),
        runs,
      )
      holds.close()
    },
    timeout,
  )

  test(
    'of any bytes',
    async () => {
      const good = Buffer.from(
        JSON.stringify({ items: [{ channel: 'none', formats: { 'http-stream': { content: 'x' } } }] }),
      )
      const cut = fc.tuple(fc.nat(good.length), fc.uint8Array({ maxLength: 4 }), fc.nat(3))
      const changed = cut.map(([at, put, out]) => Buffer.concat([good.subarray(0, at), put, good.subarray(at + out)]))
      const bytes = fc.oneof(
        changed,
        fc.uint8Array().map((data) => Buffer.from(data)),
      )
      await fc.assert(
        fc.asyncProperty(bytes, async (body) => {
          const { status, text: said } = await publish(body)
          expect([200, 400]).toContain(status)
          expect(said).toMatch(status === 200 ? /^Published\n$/ : /^Invalid format: .+\n$/s)
        }),
        runs,
      )
    },
    timeout,
  )
})

test(
  'a TNetString is taken as the JSON that says the same',
  () => {
    // As a publisher would write it: in JSON there is nothing that is not defined.
    const inJson = (value: unknown) => JSON.parse(JSON.stringify(value))
    fc.assert(
      fc.property(item, (value) => {
        // Bytes and nothing are written otherwise there.
        fc.pre(!/-bin"|null/.test(JSON.stringify(value)))
        const json = parsePublishFrame(Buffer.from(`J${JSON.stringify(value)}`))
        const tnet = parsePublishFrame(Buffer.concat([Buffer.from('T'), encodeTnet(inJson(value))]))
        expect(tnet.ok).toBe(json.ok)
        if (!tnet.ok && !json.ok) expect(tnet.problem.field).toBe(json.problem.field)
        if (tnet.ok && json.ok) expect([tnet.item.channel, tnet.item.id]).toEqual([json.item.channel, json.item.id])
      }),
      runs,
    )
  },
  timeout,
)
