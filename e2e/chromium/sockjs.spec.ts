// The real sockjs-client in Chromium, with each of its transports, from a page of the proxy's own origin and from one of
// another. Nothing is loaded from elsewhere.
import { readFile } from 'node:fs/promises'
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { freePorts, type Served, startServe } from '../fixtures/gripscope'
import { publish } from '../fixtures/http-client'
import { inRoot } from '../fixtures/places'
import { test as base, expect } from '../fixtures/test'

const EVENTS = 'application/websocket-events'
const PAGE = '<!doctype html><title>SockJS</title><script src="/app/sockjs.js"></script><body></body>'

interface Backend {
  readonly server: Server
  readonly origin: string
  /** Events of all requests, as they came. */
  readonly events: string[]
}

/** Serves the page, and is the backend of its WebSockets: it echoes, and on "close" it closes with 4001. */
async function startBackend(): Promise<Backend> {
  const script = await readFile(inRoot('node_modules', 'sockjs-client', 'dist', 'sockjs.js'), 'utf8')
  const events: string[] = []
  const server = http.createServer((request, response) => {
    if (request.headers['content-type'] === EVENTS) void answerEvents(request, response, events)
    else if (request.url?.endsWith('.js')) response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, events }
}

async function answerEvents(request: IncomingMessage, response: ServerResponse, seen: string[]): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  seen.push(body.toString())
  const headers = { 'content-type': EVENTS, 'sec-websocket-extensions': 'grip' }
  response.writeHead(200, headers).end(Buffer.concat(answerTo(body)))
}

function answerTo(body: Buffer): Buffer[] {
  const answer: Buffer[] = []
  const say = (text: string | Buffer): void => {
    const content = Buffer.from(text)
    answer.push(Buffer.from(`TEXT ${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n'))
  }
  for (let at = 0; at < body.length; ) {
    const line = body.indexOf('\r\n', at)
    const [type, length] = body.toString('latin1', at, line).split(' ')
    const size = length === undefined ? 0 : Number.parseInt(length, 16)
    const content = body.subarray(line + 2, line + 2 + size)
    at = line + 2 + (length === undefined ? 0 : size + 2)
    if (type === 'OPEN') {
      answer.push(Buffer.from('OPEN\r\n'))
      say('c:{"type":"subscribe","channel":"room"}')
    } else if (type === 'TEXT' && content.toString() === 'close') {
      answer.push(Buffer.from('CLOSE 8\r\n'), Buffer.from([0x0f, 0xa1]), Buffer.from('enough\r\n'))
    } else if (type === 'TEXT') {
      say(Buffer.concat([Buffer.from('m:'), content]))
    } else if (type === 'CLOSE') {
      answer.push(Buffer.from('CLOSE\r\n'))
    }
  }
  return answer
}

const test = base.extend<{ readonly app: Backend; readonly served: Served; readonly client: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from it that there are no dependencies
  app: async ({}, use) => {
    const app = await startBackend()
    await use(app)
    app.server.closeAllConnections()
    await new Promise((resolve) => app.server.close(resolve))
  },
  served: async ({ app }, use) => {
    const target = app.origin.replace('http://', '')
    const routes = [`* ${target}`, `*,path_beg=/rt,sockjs=/rt ${target},over_http`]
    const served = await startServe([...freePorts, ...routes.flatMap((route) => ['--route', route])])
    await use(served)
    await served.close()
  },
  client: async ({ openBrowser }, use) => {
    const context = await (await openBrowser()).newContext()
    const page = await context.newPage()
    await use(page)
    await context.close()
  },
})

/** In the page: what a SockJS client of it has seen. */
interface Talk {
  transport: string
  opened: boolean
  readonly messages: string[]
  closed: { code: number; reason: string } | null
}
interface SockJs {
  transport: string
  onopen: () => void
  onmessage: (event: { data: string }) => void
  onclose: (event: { code: number; reason: string }) => void
  send(data: string): void
  close(): void
}
declare global {
  interface Window {
    SockJS: new (url: string, reserved: null, options: { transports: string[]; timeout: number }) => SockJs
    talk: Talk
    sock: SockJs
  }
}

const connect = ({ url, transport }: { url: string; transport: string }): void => {
  const sock = new window.SockJS(url, null, { transports: [transport], timeout: 10_000 })
  const talk: Talk = { transport: '', opened: false, messages: [], closed: null }
  sock.onopen = () => {
    talk.opened = true
    talk.transport = sock.transport
  }
  sock.onmessage = ({ data }) => talk.messages.push(data)
  sock.onclose = ({ code, reason }) => {
    talk.closed = { code, reason }
  }
  window.talk = talk
  window.sock = sock
}

const talkOf = (page: Page): Promise<Talk> => page.evaluate(() => window.talk)

const TEXTS = ['one', 'hé "two"\u2028\u0000 </script> 💡', 'x'.repeat(20_000)]

/** Opens, sends, gets what is published, and is closed by the backend. */
async function converse(page: Page, served: Served, app: Backend, transport: string): Promise<void> {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  await page.evaluate(connect, { url: `${served.proxy}/rt`, transport })
  await expect.poll(() => talkOf(page)).toMatchObject({ opened: true, transport, closed: null })
  for (const text of TEXTS) await page.evaluate((data) => window.sock.send(data), text)
  await expect.poll(async () => (await talkOf(page)).messages).toEqual(TEXTS)
  await publish(served.publish, [{ channel: 'room', formats: { 'ws-message': { content: 'news' } } }])
  await expect.poll(async () => (await talkOf(page)).messages.at(-1)).toBe('news')
  await page.evaluate(() => window.sock.send('close'))
  await expect.poll(async () => (await talkOf(page)).closed).toEqual({ code: 4001, reason: 'enough' })
  expect(app.events.filter((events) => events.startsWith('OPEN'))).toHaveLength(1)
  expect(faults).toEqual([])
}

test.describe('a page of the same origin talks by', () => {
  for (const transport of ['websocket', 'xhr-streaming', 'eventsource', 'htmlfile', 'xhr-polling', 'jsonp-polling']) {
    test(transport, async ({ client, served, app }) => {
      await client.goto(`${served.proxy}/app/`)
      await converse(client, served, app, transport)
    })
  }
})

test.describe('a page of another origin talks by', () => {
  for (const transport of [
    'websocket',
    'xhr-streaming',
    'eventsource',
    'iframe-eventsource',
    'iframe-htmlfile',
    'xhr-polling',
    'iframe-xhr-polling',
    'jsonp-polling',
  ]) {
    test(transport, async ({ client, served, app }) => {
      const strangers: string[] = []
      client.on('request', (request) => {
        const { origin } = new URL(request.url())
        if (origin !== app.origin && origin !== served.proxy) strangers.push(request.url())
      })
      await client.goto(`${app.origin}/app/`)
      await converse(client, served, app, transport)
      expect(strangers).toEqual([])
    })
  }
})

test('a client that closes, or whose page goes, is told to the backend', async ({ client, served, app }) => {
  await client.goto(`${served.proxy}/app/`)
  const farewells = (): number => app.events.filter((events) => /^(CLOSE|DISCONNECT)/.test(events)).length
  const leaves = [() => client.evaluate(() => window.sock.close()), () => client.goto('about:blank')]
  for (const [i, leave] of leaves.entries()) {
    await client.evaluate(connect, { url: `${served.proxy}/rt`, transport: 'xhr-streaming' })
    await expect.poll(() => talkOf(client)).toMatchObject({ opened: true })
    await leave()
    await expect.poll(farewells).toBe(i + 1)
  }
})

test('a raw WebSocket needs no SockJS', async ({ client, served }) => {
  await client.goto(`${served.proxy}/app/`)
  const said = await client.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url)
        socket.onopen = () => socket.send('hello')
        socket.onmessage = ({ data }) => resolve(String(data))
      }),
    `${served.proxy.replace('http', 'ws')}/rt/websocket`,
  )
  expect(said).toBe('hello')
})
