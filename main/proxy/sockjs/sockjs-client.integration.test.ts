// The real sockjs-client, with each transport that it has in Node, against a backend over HTTP.
import SockJS, { type SockJsClose } from 'sockjs-client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, events, eventsIn, WITH_GRIP } from '../../testing/websocket-backend'

let engine: TestEngine
let client: SockJS | undefined
afterEach(async () => {
  client?.close()
  await engine.stop()
})

interface Seen {
  readonly messages: string[]
  closed: SockJsClose | undefined
}

/** Echoes; on "close" it closes. */
async function start(): Promise<void> {
  engine = await startTestEngine(
    (request, count) => {
      const said = eventsIn(request)
      if (count === 1) return events(['OPEN', control({ type: 'subscribe', channel: 'a' })], WITH_GRIP)
      if (said.includes('TEXT close')) return events(['CLOSE 4001 enough'])
      return events(said.filter((event) => event !== 'DISCONNECT').map((event) => event.replace(/^TEXT ?/, 'TEXT m:')))
    },
    ['*,path_beg=/sj,sockjs=/sj BACKEND,over_http'],
  )
  engine.sink.stopClock()
}

async function open(transport: string): Promise<{ sock: SockJS; seen: Seen }> {
  const sock = new SockJS(`http://127.0.0.1:${engine.port}/sj`, null, { transports: [transport] })
  client = sock
  const seen: Seen = { messages: [], closed: undefined }
  sock.onmessage = ({ data }) => seen.messages.push(data)
  await new Promise<void>((resolve, reject) => {
    sock.onopen = () => resolve()
    sock.onclose = ({ code, reason }) => reject(new Error(`closed with ${code} ${reason}`))
  })
  sock.onclose = (event) => {
    seen.closed = event
  }
  return { sock, seen }
}

describe.each(['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling'])('by %s', (transport) => {
  it('messages go both ways, published ones come, and a close keeps its code', async () => {
    await start()
    const { sock, seen } = await open(transport)
    expect(sock.transport).toBe(transport)
    const texts = ['one', 'hé "two" \u2028 </script>', '', 'x'.repeat(50_000)]
    for (const text of texts) sock.send(text)
    await vi.waitFor(() => expect(seen.messages).toHaveLength(texts.length), { timeout: 10_000, interval: 10 })
    expect(seen.messages).toEqual(texts)
    await engine.publish({ channel: 'a', formats: { 'ws-message': { content: 'news' } } })
    await vi.waitFor(() => expect(seen.messages.at(-1)).toBe('news'), { timeout: 5000, interval: 10 })
    sock.send('close')
    await vi.waitFor(() => expect(seen.closed).toBeDefined(), { timeout: 5000, interval: 10 })
    expect(seen.closed).toMatchObject({ code: 4001, reason: 'enough' })
  })

  it('the backend hears that the client closed', async () => {
    await start()
    const { sock } = await open(transport)
    sock.send('hello')
    await engine.sink.next('ws-message', ({ from, kind }) => from === 'client' && kind === 'text')
    sock.close(1000, 'done')
    await vi.waitFor(() => expect(engine.backend.requests.flatMap(eventsIn).at(-1)).toMatch(/^CLOSE|^DISCONNECT/))
    // Only a WebSocket tells how it was closed.
    const how = transport === 'websocket' ? 'closed' : 'client-left'
    await vi.waitFor(() => expect(engine.sink.of('ended').map((event) => event.how)).toContain(how))
  })
})

it('without a choice of its own it takes a WebSocket', async () => {
  await start()
  const sock = new SockJS(`http://127.0.0.1:${engine.port}/sj`, null)
  client = sock
  await new Promise<void>((resolve) => {
    sock.onopen = () => resolve()
  })
  expect(sock.transport).toBe('websocket')
})
