// Thousands of requests in one read: they are answered in their order and by turns, and no more are read than one read holds.
import http, { type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { instruct } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { WebFrontend } from '../../web/server'
import { isPipelined, WAITING_MAX, whenItsTurn } from './pipelined'

const WAIT = 30_000
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** Writes all at once, and keeps what comes. */
function pipeline(port: number, text: string): { readonly text: () => string; readonly socket: Socket } {
  const socket = connect(port, '127.0.0.1')
  let came = ''
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    came += chunk.toString('latin1')
  })
  socket.write(text)
  open.push(() => socket.destroy())
  return { text: () => came, socket }
}

/** Goes on until `done`. Returns how many different counts were seen, each between two turns of the event loop. */
async function turnsUntil(done: () => boolean, count: () => number): Promise<number> {
  const seen = new Set<number>()
  const latest = Date.now() + WAIT
  while (!done() && Date.now() < latest) {
    seen.add(count())
    await turn()
  }
  expect(done()).toBe(true)
  return seen.size
}

const statuses = (text: string) => text.match(/HTTP\/1\.1 \d{3}/g) ?? []

async function engineWith(routes: readonly string[] = ['* BACKEND']): Promise<TestEngine> {
  const t = await startTestEngine(
    ({ url }) =>
      url === '/held' ? instruct({ hold: { mode: 'response', channels: [{ name: 'c' }] } }) : { body: url },
    routes,
  )
  open.push(() => t.stop())
  return t
}

/** One for each way that node comes to the next: with a body it goes on in the midst of what it reads. */
const REQUESTS: readonly [string, (i: number) => string][] = [
  ['GET', (i) => `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['POST with a body', (i) => `POST /${i} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab`],
  [
    'POST with chunks',
    (i) => `POST /${i} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
  ],
]

describe('on the proxy port', () => {
  it.each(REQUESTS)(
    'that no route takes: %s',
    async (_name, request) => {
      const t = await engineWith(['other.test BACKEND'])
      const count = 2000
      const all = Array.from({ length: count }, (_, i) => request(i)).join('')
      const client = pipeline(t.port, all)
      const ended = () => t.sink.of('ended').length
      expect(await turnsUntil(() => ended() === count, ended)).toBeGreaterThan(3)
      await turnsUntil(
        () => statuses(client.text()).length === count,
        () => 0,
      )
      expect(new Set(statuses(client.text()))).toEqual(new Set(['HTTP/1.1 502']))
      expect(t.sink.of('request').map(({ url }) => url)).toEqual(Array.from({ length: count }, (_, i) => `/${i}`))
    },
    WAIT,
  )

  it.each(REQUESTS)(
    'that a backend answers, in their order: %s',
    async (_name, request) => {
      const t = await engineWith()
      const count = 300
      const client = pipeline(t.port, Array.from({ length: count }, (_, i) => request(i)).join(''))
      const answered = () => [...client.text().matchAll(/\r\n\r\n(\/\d+)/g)].map(([, path]) => path)
      await turnsUntil(
        () => answered().length === count,
        () => 0,
      )
      expect(answered()).toEqual(Array.from({ length: count }, (_, i) => `/${i}`))
    },
    WAIT,
  )

  it('what is no HTTP behind them does not take their answers', async () => {
    const t = await engineWith(['other.test BACKEND'])
    const client = pipeline(t.port, `${'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(20)}\0\0\0`)
    await turnsUntil(
      () => client.socket.closed,
      () => 0,
    )
    // The one under way is answered; what follows it is not looked at (as by Pushpin).
    expect(statuses(client.text())[0]).toBe('HTTP/1.1 502')
    expect(client.text()).not.toContain('Bad Request')
  })

  it('a client that leaves takes those with it that have not begun', async () => {
    const t = await engineWith()
    const client = pipeline(
      t.port,
      `GET /held HTTP/1.1\r\nHost: a\r\n\r\n${'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(30)}`,
    )
    await t.subscribed(1)
    client.socket.destroy()
    await t.sink.when(() => t.sink.of('ended')[0], 'the end of the hold')
    await turn()
    expect(t.sink.of('request')).toHaveLength(1)
    await t.nothingLeft()
  })
})

describe('on the publish port', () => {
  const call = (i: number) => {
    const body = JSON.stringify({ items: [{ channel: `c${i}`, 'http-stream': { content: 'x' } }] })
    return `POST /publish/ HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }

  it(
    'are published in their order',
    async () => {
      const t = await engineWith()
      const count = 3000
      const client = pipeline(t.engine.publish.port, Array.from({ length: count }, (_, i) => call(i)).join(''))
      const published = () => t.sink.of('publish').length
      expect(await turnsUntil(() => published() === count, published)).toBeGreaterThan(3)
      await turnsUntil(
        () => statuses(client.text()).length === count,
        () => 0,
      )
      expect(new Set(statuses(client.text()))).toEqual(new Set(['HTTP/1.1 200']))
      expect(t.sink.of('publish').map(({ channel }) => channel)).toEqual(
        Array.from({ length: count }, (_, i) => `c${i}`),
      )
    },
    WAIT,
  )

  it.each([
    ['one', 1],
    ['two', 2],
    ['many', 500],
  ])('what is no HTTP refuses the one before it, after the others are answered: %s', async (_name, count) => {
    const t = await engineWith()
    const calls = Array.from({ length: count }, (_, i) => call(i)).join('')
    const client = pipeline(t.engine.publish.port, `${calls}\0\0\0\0`)
    await turnsUntil(
      () => client.socket.closed,
      () => 0,
    )
    expect(statuses(client.text())).toEqual([...Array(count - 1).fill('HTTP/1.1 200'), 'HTTP/1.1 400'])
    expect(t.sink.of('publish')).toHaveLength(count - 1)
    expect(t.sink.of('publish-refused')).toHaveLength(1)
  })
})

it(
  'on the port of the interface',
  async () => {
    let asked = 0
    const face = new WebFrontend({
      renderer: tmpdir(),
      listen: '127.0.0.1',
      port: 0,
      dispatch: async () => ({ ok: true, value: null }),
      watch: () => () => {},
    })
    const { port } = await face.start()
    open.push(() => face.stop())
    const count = 2000
    const client = pipeline(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(count))
    await turnsUntil(
      () => {
        asked = statuses(client.text()).length
        return asked === count
      },
      () => asked,
    )
    expect(new Set(statuses(client.text()))).toEqual(new Set(['HTTP/1.1 403']))
  },
  WAIT,
)

describe('of a connection whose requests wait', () => {
  /** What one read holds, at most. */
  const READ = 65_536
  let server: Server
  const came: ServerResponse[] = []
  let begun: string[] = []

  async function start(): Promise<number> {
    came.length = 0
    begun = []
    server = http.createServer((request, response) => {
      came.push(response)
      const begin = () => {
        begun.push(request.url ?? '')
        if (begun.length > 1) response.end(request.url)
      }
      if (isPipelined(request, response)) whenItsTurn(request, response, begin)
      else begin()
    })
    open.push(
      () => server.close(),
      () => server.closeAllConnections(),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  it.each(REQUESTS)(
    'no more is read, until they have begun: %s',
    async (_name, request) => {
      const all = Array.from({ length: 20_000 }, (_, i) => request(i)).join('')
      const port = await start()
      const client = pipeline(port, all)
      await turnsUntil(
        () => came.length > WAITING_MAX,
        () => 0,
      )
      for (let i = 0; i < 50; i++) await turn()
      expect(came.length).toBeLessThanOrEqual(READ / request(0).length + WAITING_MAX)
      expect(begun).toEqual(['/0'])
      came[0]?.end('first')
      await turnsUntil(
        () => begun.length === 20_000,
        () => 0,
      )
      expect(begun).toEqual(Array.from({ length: 20_000 }, (_, i) => `/${i}`))
      await turnsUntil(
        () => client.text().endsWith('/19999'),
        () => 0,
      )
    },
    WAIT,
  )

  it('a few of them do not keep the end of the connection from being noticed', async () => {
    const port = await start()
    const client = pipeline(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(WAITING_MAX))
    await turnsUntil(
      () => came.length === WAITING_MAX,
      () => 0,
    )
    const closed = new Promise((resolve) => came[0]?.on('close', resolve))
    client.socket.destroy()
    await closed
    await turn()
    expect(begun).toEqual(['/'])
  })
})
