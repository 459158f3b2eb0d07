// Thousands of holds at once: one publish reaches all, one timer serves all, few events tell of all.
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { instruct } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, events, WITH_GRIP } from '../../testing/websocket-backend'
import { OUTCOMES } from '../../trace/events'

/** Milliseconds that a busy machine may take for thousands. */
const PATIENCE = 30_000
vi.setConfig({ testTimeout: 3 * PATIENCE, hookTimeout: PATIENCE })

let t: TestEngine
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await t.nothingLeft()
  await t.stop()
})

/**
 * An engine that holds every request. Its clock stands still: one second after a channel came up its holds look for news,
 * and whoever does so misses a publish without ids.
 */
async function holdAll(mode: string, channels: object[] = [{ name: 'all' }]): Promise<void> {
  t = await startTestEngine(() =>
    instruct({ hold: { mode, channels }, response: { body: mode === 'response' ? 'over' : '' } }),
  )
  t.sink.stopClock()
}

/** Opens `n` connections that ask for paths of their own, and gathers what comes on them. */
function ask(n: number): { texts: string[]; all(fits: (text: string) => boolean): Promise<void> } {
  const texts = new Array<string>(n).fill('')
  let look = (): void => {}
  for (let i = 0; i < n; i++) {
    const socket = connect(t.port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      texts[i] += chunk.toString('latin1')
      look()
    })
    socket.write(`GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`)
  }
  return {
    texts,
    all: (fits) =>
      new Promise((resolve) => {
        // Only those that do not fit yet are looked at again.
        let rest = texts.map((_, i) => i)
        look = () => {
          while (rest.length > 0 && fits(texts[rest[rest.length - 1] ?? 0] ?? '')) rest.pop()
          if (rest.length === 0) resolve()
        }
        rest = [...rest]
        look()
      }),
  }
}

function count(n: number, done: () => number, what: string): Promise<unknown> {
  return t.sink.when(() => (done() >= n ? true : undefined), what, PATIENCE)
}

/** How many events of a type there are, without going through all of them at each event. */
function counter(type: string): () => number {
  let seen = 0
  let found = 0
  return () => {
    for (; seen < t.sink.events.length; seen++) if (t.sink.events[seen]?.type === type) found++
    return found
  }
}

describe.each([1000, 5000])('%i response holds', (n) => {
  it('are all answered by one publish, whose events have one outcome for each', async () => {
    await holdAll('response')
    const clients = ask(n)
    await count(n, counter('subscribed'), `${n} subscriptions`)
    await t.publish({ channel: 'all', id: '1', formats: { 'http-response': { body: 'to all of you' } } })
    await clients.all((text) => text.endsWith('\r\n\r\nto all of you'))
    const deliveries = t.sink.of('delivery')
    const reached = deliveries.flatMap(({ exchanges }) => [...exchanges])
    expect(reached).toHaveLength(n)
    expect(new Set(reached).size).toBe(n)
    expect(deliveries.length).toBeLessThan(20)
    expect(new Set(deliveries.flatMap(({ outcomes }) => [...outcomes]))).toEqual(
      new Set([OUTCOMES.indexOf('delivered')]),
    )
    await count(n, counter('ended'), `${n} ends`)
    expect(t.sink.of('ended').every((e) => e.how === 'delivered')).toBe(true)
  })
})

describe('1,000 holds', () => {
  it('get their timeout responses together', async () => {
    await holdAll('response', [])
    const clients = ask(1000)
    await count(1000, counter('held'), '1,000 holds')
    t.sink.pass(55_000)
    await clients.all((text) => text.endsWith('\r\n\r\nover'))
    await count(1000, counter('ended'), '1,000 ends')
    expect(t.sink.of('ended').every((e) => e.how === 'timed-out')).toBe(true)
  })

  it('of streams get each of many messages, in order', async () => {
    await holdAll('stream')
    const clients = ask(1000)
    await count(1000, counter('subscribed'), '1,000 subscriptions')
    const items = Array.from({ length: 20 }, (_, i) => ({
      channel: 'all',
      formats: { 'http-stream': { content: `message ${i};` } },
    }))
    await t.publish(...items)
    await clients.all((text) => text.includes('message 19;'))
    const wanted = items.map((_, i) => `message ${i};`)
    expect(clients.texts.every((text) => text.match(/message \d+;/g)?.join() === wanted.join())).toBe(true)
    const reached = new Map<number, number>()
    for (const { p, exchanges } of t.sink.of('delivery')) reached.set(p, (reached.get(p) ?? 0) + exchanges.length)
    expect([...reached.values()]).toEqual(items.map(() => 1000))
  })

  it('whose clients leave at once are all given up', async () => {
    await holdAll('stream')
    ask(1000)
    await count(1000, counter('subscribed'), '1,000 subscriptions')
    for (const socket of sockets.splice(0)) socket.destroy()
    await count(1000, counter('ended'), '1,000 ends')
    expect(t.sink.of('ended').every((e) => e.how === 'client-left')).toBe(true)
    await t.publish({ channel: 'all', formats: { 'http-stream': { content: 'nobody' } } })
    expect((await t.sink.next('delivery')).exchanges).toHaveLength(0)
  })

  it('end when the engine stops', async () => {
    await holdAll('response')
    ask(1000)
    await count(1000, counter('subscribed'), '1,000 subscriptions')
    await t.engine.stop()
    await count(1000, counter('ended'), '1,000 ends')
    expect(new Set(t.sink.of('ended').map((e) => e.how))).toEqual(new Set(['stopped']))
  })
})

describe('many WebSockets', () => {
  it('get each of many messages, in order, whoever of them leaves', async () => {
    const n = 600
    t = await startTestEngine(
      () => events(['OPEN', control({ type: 'subscribe', channel: 'all' })], WITH_GRIP),
      ['* BACKEND,over_http'],
    )
    t.sink.stopClock()
    const clients = Array.from({ length: n }, () => {
      const client = { socket: new WebSocket(`ws://127.0.0.1:${t.port}/`), got: [] as string[] }
      client.socket.on('message', (data, binary) => client.got.push(`${binary ? 'binary' : 'text'} ${data}`))
      return client
    })
    await count(n, counter('subscribed'), `${n} subscriptions`)
    const publish = (items: number[]): Promise<unknown> =>
      t.publish(...items.map((i) => ({ channel: 'all', formats: { 'ws-message': message(i) } })))
    await publish([0, 1, 2, 3])
    for (const { socket } of clients.splice(0, n / 3)) socket.terminate()
    await publish([4, 5, 6, 7])
    const wanted = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => (i % 2 ? `binary ${i}` : `text ${i}`))
    await vi.waitFor(() => expect(clients.filter(({ got }) => got.length < wanted.length)).toEqual([]), PATIENCE)
    expect(clients.filter(({ got }) => got.join() !== wanted.join())).toEqual([])
    for (const { socket } of clients) socket.terminate()
  })
})

/** Every other one is binary. */
function message(i: number): object {
  return i % 2 ? { 'content-bin': Buffer.from(String(i)).toString('base64') } : { content: String(i) }
}
