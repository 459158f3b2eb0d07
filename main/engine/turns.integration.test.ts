// As many of the smallest things as one read, request or answer may hold: they keep their order, and others have their turns
// between. That others had is seen in the events at each turn of the event loop; how long it takes is for the bench.
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { encodeEvents } from '../grip/ws-events'
import { FramePeer, rawFrame } from '../testing/frame-peer'
import { RawClient } from '../testing/raw-client'
import { startTestEngine, type TestEngine } from '../testing/test-engine'
import { EVENTS } from '../testing/websocket-backend'

const COUNT = 5000
const WAIT = 30_000

let t: TestEngine
const clients: { socket: { destroy(): void } }[] = []
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  await t.nothingLeft()
  await t.stop()
})

/** Runs `act` until `done`. Returns the counts that were seen between turns of the event loop, each once. */
async function countsBetween(count: () => number, act: () => void, done: () => Promise<unknown>): Promise<number[]> {
  const seen = new Set<number>()
  let on = true
  const look = (): void => {
    seen.add(count())
    if (on) setImmediate(look)
  }
  look()
  act()
  await done()
  on = false
  return [...seen].filter((n) => n > 0 && n < COUNT)
}

function messages(from: 'client' | 'backend'): string[] {
  return t.sink
    .of('ws-message')
    .filter((event) => event.from === from && event.kind === 'text')
    .map(({ data }) => Buffer.from(data).toString())
}

/** How many of them there are. Asked at every event, so it looks at each event once. */
function counter(from: 'client' | 'backend'): () => number {
  let looked = 0
  let count = 0
  return () => {
    for (; looked < t.sink.events.length; looked++) {
      const event = t.sink.events[looked]
      if (event?.type === 'ws-message' && event.from === from && event.kind === 'text') count++
    }
    return count
  }
}

const inOrder = Array.from({ length: COUNT }, (_, i) => `m${i}`)
const all = (from: 'client' | 'backend') => () => {
  const count = counter(from)
  return t.sink.when(() => (count() === COUNT ? true : undefined), 'all messages', WAIT)
}

async function openSocket(): Promise<FramePeer> {
  const peer = FramePeer.connect(t.port, '/')
  clients.push(peer)
  await peer.opened()
  return peer
}

it('frames of a client, its close behind them', { timeout: WAIT }, async () => {
  t = await startTestEngine(takes, ['* BACKEND,over_http'])
  const peer = await openSocket()
  const frames = [...inOrder.map((data) => rawFrame({ opcode: 1, data, masked: true })), closing()]
  const between = await countsBetween(counter('client'), () => peer.write(Buffer.concat(frames)), all('client'))
  expect(messages('client')).toEqual(inOrder)
  expect(between.length).toBeGreaterThan(0)
  await peer.until(() => peer.frames.some((frame) => frame.startsWith('CLOSE')), 'the close', WAIT)
  expect((await t.sink.next('ended')).how).toBe('closed')
})

it('frames of a client that is gone right after them', { timeout: WAIT }, async () => {
  t = await startTestEngine(takes, ['* BACKEND,over_http'])
  const peer = await openSocket()
  peer.write(Buffer.concat(inOrder.map((data) => rawFrame({ opcode: 1, data, masked: true }))))
  peer.socket.end()
  await t.sink.when(() => t.sink.of('ended')[0], 'its end', WAIT)
  expect(messages('client')).toEqual(inOrder)
})

it('events of a backend over HTTP, its close behind them', { timeout: WAIT }, async () => {
  const said = inOrder.map((text) => ({ type: 'TEXT', content: Buffer.from(text) }))
  const body = encodeEvents([{ type: 'OPEN' }, ...said, { type: 'CLOSE' }]).toString()
  t = await startTestEngine(
    (asked) => ({ headers: EVENTS, body: asked.body.includes('OPEN') ? body : asked.body }),
    ['* BACKEND,over_http'],
  )
  let peer: FramePeer | undefined
  const act = (): void => {
    peer = FramePeer.connect(t.port, '/')
    clients.push(peer)
  }
  const between = await countsBetween(counter('backend'), act, all('backend'))
  expect(between.length).toBeGreaterThan(0)
  await peer?.until(() => peer?.frames.length === COUNT + 1, 'all frames', WAIT)
  expect(peer?.frames).toEqual([...inOrder.map((text) => `TEXT ${text}`), 'CLOSE 1000'])
})

it('messages of one SockJS request, and the end of the stream behind them', { timeout: WAIT }, async () => {
  t = await startTestEngine(takes, ['*,sockjs=/sock BACKEND,over_http'])
  const post = (path: string, body = '') =>
    RawClient.open(t.port).send(
      `POST /sock/1/one/${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
  const stream = post('xhr_streaming')
  clients.push(stream)
  await stream.until(() => /\no\n/.test(stream.text), 'the opening frame')
  const some = counter('client')
  let sending: RawClient | undefined
  const act = (): void => {
    sending = post('xhr_send', JSON.stringify(inOrder))
    clients.push(sending)
  }
  const between = await countsBetween(counter('client'), act, async () => {
    await t.sink.when(() => (some() > 0 ? true : undefined), 'the first message', WAIT)
    stream.close()
    await all('client')()
  })
  expect(messages('client')).toEqual(inOrder)
  expect(between.length).toBeGreaterThan(0)
})

it('messages in one frame of SockJS, another frame and the end behind them', { timeout: WAIT }, async () => {
  t = await startTestEngine(takes, ['*,sockjs=/sock BACKEND,over_http'])
  const peer = FramePeer.connect(t.port, '/sock/1/two/websocket')
  clients.push(peer)
  await peer.opened()
  const frames = [JSON.stringify(inOrder.slice(0, -1)), JSON.stringify(inOrder.slice(-1))]
  const between = await countsBetween(
    counter('client'),
    () => {
      peer.send(...frames.map((text) => `TEXT ${text}`))
      peer.socket.end()
    },
    all('client'),
  )
  expect(messages('client')).toEqual(inOrder)
  expect(between.length).toBeGreaterThan(0)
})

it('items of one publish call, another call behind them, one to another channel between them', {
  timeout: WAIT,
}, async () => {
  t = await startTestEngine(({ url }) => ({
    headers: { 'Grip-Hold': 'stream', 'Grip-Channel': url.slice(1) },
    body: 'held;',
  }))
  const [stream, other] = ['/a', '/b'].map((path) => RawClient.get(t.port, path))
  if (!stream || !other) throw new Error('two clients')
  clients.push(stream, other)
  await t.subscribed(2)
  const item = (channel: string, content: string) => ({ channel, formats: { 'http-stream': { content } } })
  const deliveries = () => t.sink.events.filter(({ type }) => type === 'delivery').length
  let answers: Promise<{ status: number; text: string }[]> = Promise.resolve([])
  const between = await countsBetween(
    deliveries,
    () => {
      const call = t.publish(...inOrder.map((content) => item('a', `${content};`)))
      answers = call.then(async (first) => [
        first,
        await t.publish(item('a', 'last;')),
        await t.publish(item('b', 'b;')),
      ])
    },
    () => stream.has('last;', WAIT),
  )
  expect((await answers).map(({ status, text }) => [status, text])).toEqual(Array(3).fill([200, 'Published\n']))
  await other.has('b;', WAIT)
  const got = [...stream.text.matchAll(/(m\d+|last);/g)].map(([, name]) => name)
  expect(got).toEqual([...inOrder, 'last'])
  expect(between.length).toBeGreaterThan(0)
})

it('a body of a backend that comes a byte a chunk', { timeout: WAIT }, async () => {
  const bytes = 150_000
  const backend = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n')
      socket.end(`${'1\r\nx\r\n'.repeat(bytes)}0\r\n\r\n`)
    })
  })
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
  const { port } = backend.address() as AddressInfo
  t = await startTestEngine(() => ({}), [`* 127.0.0.1:${port}`])
  const answered = await fetch(`http://127.0.0.1:${t.port}/`)
  expect(await answered.text()).toBe('x'.repeat(bytes))
  backend.close()
})

function closing(): Buffer {
  return rawFrame({ opcode: 8, data: Buffer.from([0x03, 0xe8]), masked: true })
}

/** Accepts, hears, and answers a close. */
function takes({ body }: { readonly body: Buffer }) {
  const at = body.indexOf('CLOSE')
  const close = at < 0 ? '' : body.subarray(at)
  return { headers: EVENTS, body: body.includes('OPEN') ? 'OPEN\r\n' : close }
}
