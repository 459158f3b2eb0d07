// What a client may and may not do on a WebSocket (RFC 6455), in the order of Autobahn's cases; over HTTP and plain.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { endWords } from '../../grip/end-words'
import { type FrameParts, FramePeer, rawFrame } from '../../testing/frame-peer'
import { withMessage } from '../../testing/said'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { events, eventsIn, onUpgrade } from '../../testing/websocket-backend'

let engine: TestEngine
let client: FramePeer

/** Both backends echo. */
beforeEach(async () => {
  engine = await startTestEngine(
    (request, count) => {
      const said = eventsIn(request).map((event) => event.replace(/^PING/, 'PONG'))
      return events(count === 1 ? ['OPEN'] : said.filter((event) => event !== 'DISCONNECT'))
    },
    ['* BACKEND', '*,path_beg=/http/ BACKEND,over_http', '*,path_beg=/none/ 127.0.0.1:1'],
    { proxy: { webSocketMessageMax: 1_000_000 } },
  )
  onUpgrade(engine.backend, (upgrade) => {
    const backend = upgrade.accept()
    backend.onFrame = (frame) => backend.send(frame.replace(/^PING/, 'PONG'))
  })
})

afterEach(async () => {
  client.vanish()
  await engine.stop()
})

async function connect(path: string, headers: readonly string[] = []): Promise<FramePeer> {
  client = FramePeer.connect(engine.port, path, headers)
  return await client.opened()
}

type Sent = string | Buffer | FrameParts

function send(list: readonly Sent[]): void {
  for (const sent of list) {
    if (typeof sent === 'string') client.send(sent)
    else if (Buffer.isBuffer(sent)) client.write(sent)
    else client.frame(sent)
  }
}

const bytes = (...values: number[]): Buffer => Buffer.from(values)
const text = (data: Buffer, final = true): FrameParts => ({ opcode: 1, data, final })
const rest = (data: Buffer, final = true): FrameParts => ({ opcode: 0, data, final })

describe.each([
  ['plain', '/'],
  ['over HTTP', '/http/'],
])('with a backend %s', (_name, path) => {
  it.each<[string, Sent[], string]>([
    ['reserved bit 1', [{ opcode: 1, data: 'x', reserved: 4 }], '1002 a reserved bit is set'],
    ['reserved bits with a control frame', [{ opcode: 9, reserved: 7 }], '1002 a reserved bit is set'],
    ['opcode 3', [{ opcode: 3 }], '1002 opcode 3 is reserved'],
    ['opcode 7', [{ opcode: 7, data: 'x' }], '1002 opcode 7 is reserved'],
    ['opcode 11', [{ opcode: 11 }], '1002 opcode 11 is reserved'],
    ['opcode 15', [{ opcode: 15, data: 'x' }], '1002 opcode 15 is reserved'],
    ['no mask', [{ opcode: 1, data: 'x', masked: false }], '1002 a frame is not masked'],
    ['a ping of 126 bytes', [`PING ${'x'.repeat(126)}`], '1002 a control frame is longer than 125 bytes'],
    ['a fragmented ping', ['PING+ x', 'CONT y'], '1002 a control frame is fragmented'],
    ['a fragmented close', ['CLOSE+ 1000'], '1002 a control frame is fragmented'],
    ['a continuation of nothing', ['CONT x'], '1002 a continuation follows no message'],
    ['a continuation after the end', ['TEXT+ a', 'CONT b', 'CONT c'], '1002 a continuation follows no message'],
    ['a message in a message', ['TEXT+ a', 'TEXT b'], '1002 a message begins before the last one has ended'],
    ['half a close code', [{ opcode: 8, data: 'x' }], '1002 a close frame has half a code'],
    ['close code 0', ['CLOSE 0'], '1002 0 is not a close code'],
    ['close code 999', ['CLOSE 999'], '1002 999 is not a close code'],
    ['close code 1004', ['CLOSE 1004'], '1002 1004 is not a close code'],
    ['close code 1005', ['CLOSE 1005'], '1002 1005 is not a close code'],
    ['close code 1006', ['CLOSE 1006'], '1002 1006 is not a close code'],
    ['close code 1016', ['CLOSE 1016'], '1002 1016 is not a close code'],
    ['close code 2999', ['CLOSE 2999'], '1002 2999 is not a close code'],
    ['close code 5000', ['CLOSE 5000'], '1002 5000 is not a close code'],
    ['a close reason of 124 bytes', [`CLOSE 1000 ${'x'.repeat(124)}`], '1002 a control frame is longer than 125 bytes'],
    [
      'a close reason that is not valid UTF-8',
      [{ opcode: 8, data: bytes(3, 232, 0xce, 0xba, 0xe1) }],
      '1007 the reason of a close is not valid UTF-8',
    ],
    ['text that is not valid UTF-8', [text(bytes(0xc3, 0x28))], '1007 a text message is not valid UTF-8'],
    [
      'text that is not valid UTF-8 in its second fragment',
      [text(bytes(0xce), false), rest(bytes(0x28))],
      '1007 a text message is not valid UTF-8',
    ],
    ['text that stops in a character', [text(bytes(0xce, 0xba, 0xe1))], '1007 a text message is not valid UTF-8'],
    ['text with a surrogate', [text(bytes(0xed, 0xa0, 0x80))], '1007 a text message is not valid UTF-8'],
    ['text beyond Unicode', [text(bytes(0xf4, 0x90, 0x80, 0x80))], '1007 a text message is not valid UTF-8'],
  ])('%s is closed with its code, and the backend sees the client gone', async (_what, sent, close) => {
    await connect(path)
    send(sent)
    await client.ended()
    // What was right before it may have been echoed.
    expect(client.frames.at(-1)).toBe(`CLOSE ${close}`)
    const end = await engine.sink.next('ended')
    const [code, ...why] = close.split(' ')
    expect(withMessage(end)).toMatchObject({
      how: 'bad-request',
      message: `the client broke the protocol: ${why.join(' ')} (closed with ${code})`,
    })
    if (path === '/') return
    await vi.waitFor(() => expect(engine.backend.requests.map(eventsIn).at(-1)).toEqual(['DISCONNECT']))
  })

  it.each([1000, 1001, 1002, 1003, 1007, 1009, 1011, 1014, 3000, 3999, 4000, 4999])(
    'close code %i goes through',
    async (code) => {
      await connect(path)
      client.send(`CLOSE ${code} why`)
      await client.ended()
      expect(client.frames).toEqual([`CLOSE ${code} why`])
    },
  )

  it('a close reason of 123 bytes goes through', async () => {
    await connect(path)
    const reason = 'é'.repeat(61)
    client.send(`CLOSE 1000 ${reason}x`)
    await client.ended()
    expect(client.frames).toEqual([`CLOSE 1000 ${reason}x`])
  })

  it('what comes after a close is not read', async () => {
    await connect(path)
    client.send('CLOSE 1000', 'TEXT late', 'PING late', 'CLOSE 4000')
    await client.ended()
    expect(client.frames).toEqual(['CLOSE 1000'])
  })

  it('a ping of 125 bytes is answered by the backend, not by the proxy', async () => {
    await connect(path)
    const data = 'x'.repeat(125)
    client.send(`PING ${data}`)
    expect(await client.nth(1)).toBe(`PONG ${data}`)
    await engine.sink.next('ws-message', ({ from, kind }) => from === 'backend' && kind === 'pong')
  })

  it('a pong that nobody asked for does no harm', async () => {
    await connect(path)
    client.send('PONG x', 'TEXT hello')
    expect(await client.nth(2)).toBe('TEXT hello')
  })

  it('fragments with control frames between them come together', async () => {
    await connect(path)
    client.send('TEXT+ a', 'PONG x', 'CONT+', 'PONG y', 'CONT b')
    await client.until(
      () =>
        client.frames
          .filter((f) => !f.startsWith('PONG'))
          .at(-1)
          ?.endsWith('b') ?? false,
      'echo',
    )
    const said = client.frames.filter((f) => !f.startsWith('PONG'))
    expect(said.map((f) => f.replace(/^\w+\+? ?/, '')).join('')).toBe('ab')
    expect(client.frames.filter((f) => f.startsWith('PONG'))).toEqual(['PONG x', 'PONG y'])
  })

  it('a character may be cut between fragments', async () => {
    await connect(path)
    const euro = Buffer.from('€')
    send([text(euro.subarray(0, 1), false), rest(euro.subarray(1, 2), false), rest(euro.subarray(2))])
    await engine.sink.next('ws-message', ({ from, data }) => from === 'client' && Buffer.from(data).toString() === '€')
  })

  it('frames may come byte by byte, and many at once', async () => {
    await connect(path)
    for (const byte of rawFrame({ opcode: 1, data: 'hello' })) client.write(bytes(byte))
    client.write(Buffer.concat(['a', 'b', 'c'].map((data) => rawFrame({ opcode: 1, data }))))
    await client.nth(4)
    expect(client.frames).toEqual(['TEXT hello', 'TEXT a', 'TEXT b', 'TEXT c'])
  })
})

describe('a message that is too long', () => {
  it.each<[string, string, Sent[], number]>([
    ['plain, by its length', '/', [{ opcode: 2, length: 1_000_001 }], 1_000_000],
    ['plain, by its fragments', '/', [`BINARY+ ${'x'.repeat(600_000)}`, { opcode: 0, length: 400_001 }], 1_000_000],
    [
      'plain, by a length beyond all numbers',
      '/',
      [Buffer.from([0x82, 0xff, ...new Array<number>(8).fill(0xff), 1, 2, 3, 4])],
      1_000_000,
    ],
    ['over HTTP', '/http/', [{ opcode: 1, length: 200_001 }], 200_000],
  ])('is closed with 1009: %s', async (_what, path, sent, max) => {
    await connect(path)
    client.onFrame = () => {}
    send(sent)
    await client.ended()
    expect(client.frames.at(-1)).toBe(`CLOSE 1009 a message is longer than ${max} bytes`)
    const end = await engine.sink.next('ended')
    expect(endWords(end)).toContain(`longer than ${max} bytes`)
  })

  it('of exactly the limit passes', async () => {
    await connect('/')
    let size = 0
    client.onFrame = (frame) => {
      size += frame.replace(/^\w+\+? /, '').length
    }
    client.send(`BINARY ${'x'.repeat(1_000_000)}`)
    await vi.waitFor(() => expect(size).toBe(1_000_000), { timeout: 10_000, interval: 20 })
  })
})

describe('a handshake', () => {
  it.each([
    ['without a key', ['Sec-WebSocket-Key:'], 400, /Sec-WebSocket-Key is missing/],
    ['without a version', ['Sec-WebSocket-Version:'], 426, /version 13/],
    ['of another version', ['Sec-WebSocket-Version: 8'], 426, /version 13/],
  ])('%s is refused before the backend is asked', async (_what, headers, status, why) => {
    await connect('/', headers)
    await client.ended()
    expect(client.status).toBe(status)
    expect(client.body).toMatch(why)
    expect(client.header('Sec-WebSocket-Version')).toBe(status === 426 ? '13' : undefined)
    expect(engine.sink.of('sent')).toEqual([])
    expect((await engine.sink.next('ended')).how).toBe('bad-request')
  })

  it('to no route is answered with 502', async () => {
    await engine.engine.setRoutes({ kind: 'lines', lines: ['other.test 127.0.0.1:1'] })
    expect((await connect('/')).status).toBe(502)
    expect((await engine.sink.next('ended')).how).toBe('no-route')
  })

  it('is taken whatever the letters of its headers', async () => {
    client = FramePeer.connect(engine.port, '/', ['upgrade: WebSocket', 'sec-websocket-version: 13'])
    expect((await client.opened()).status).toBe(101)
  })
})
