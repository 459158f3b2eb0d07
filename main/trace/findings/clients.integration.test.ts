// Rules about clients and the way to the backend, each with one who makes the mistake, nearly makes it, and does it right.
import net, { type AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { eventStream, FindingsTest, heldStream, longPoll } from '../../testing/findings-test'
import type { ScriptedAnswer } from '../../testing/scripted-backend'

let t: FindingsTest
afterEach(() => t.stop())

const start = async (...args: Parameters<typeof FindingsTest.start>) => {
  t = await FindingsTest.start(...args)
}
const text = (status: number, body: string, headers: Record<string, string> = {}): ScriptedAnswer => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers },
  body,
})
/** Asks, and waits until the exchange is over. */
const ask = async (path: string, headers: readonly string[] = [], method = 'GET'): Promise<void> => {
  const x = t.sink.of('request').length + 1
  t.send(`${method} ${path} HTTP/1.1\r\nHost: app.test\r\n${headers.map((each) => `${each}\r\n`).join('')}\r\n`)
  await t.ended(x)
}
const FIREFOX = 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const FOREIGN = ['Origin: https://shop.example', 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Site: cross-site', FIREFOX]

describe('connection-limit', () => {
  const open = async (count: number, headers: readonly string[], answer: ScriptedAnswer = longPoll('news')) => {
    await start(() => answer)
    for (let i = 0; i < count; i++) {
      t.get('/', headers)
      await t.sink.when(() => t.sink.of('held')[i], `hold ${i + 1}`)
    }
  }

  test('six requests of one browser', async () => {
    await open(6, [FIREFOX])
    expect(t.all()).toMatchObject([{ rule: 'connection-limit', severity: 'warning', exchanges: [1, 2, 3, 4, 5, 6] }])
  })

  test.each([
    ['five', 5, [FIREFOX]],
    ['a command line', 8, ['User-Agent: curl/8.5.0']],
    ['a client that says nothing', 8, []],
  ])('is silent: %s', async (_, count, headers) => {
    await open(count, headers)
    expect(t.all()).toEqual([])
  })

  test('is silent for six, where one of them has ended', async () => {
    await open(5, [FIREFOX])
    await t.publish({ channel: 'news', formats: { 'http-response': { body: 'x' } } })
    await t.ended(5)
    t.get('/', [FIREFOX])
    await t.sink.when(() => t.sink.of('held')[5], 'hold 6')
    expect(t.found('connection-limit')).toEqual([])
  })
})

describe('poll-storm', () => {
  test('the same path, ten times, each after the other', async () => {
    await start(() => text(200, '[]'))
    t.sink.stopClock()
    for (let i = 0; i < 12; i++) await ask('/poll?last=0', [FIREFOX])
    expect(t.all()).toMatchObject([{ rule: 'poll-storm', severity: 'warning', count: 1 }])
  })

  test('with another number in each query, but the same answer', async () => {
    await start(() => text(200, '[]'))
    t.sink.stopClock()
    for (let i = 0; i < 12; i++) await ask(`/poll?_=${1000 + i}`, [FIREFOX])
    expect(t.rules).toEqual(['poll-storm'])
  })

  test('many clients at once are one finding', async () => {
    await start(() => text(200, '[]'))
    t.sink.stopClock()
    for (let i = 0; i < 12; i++) {
      for (let client = 0; client < 20; client++) t.get('/poll', [`User-Agent: bot-${client}`])
      await t.sink.when(() => (t.sink.of('ended').length >= (i + 1) * 20 ? true : undefined), 'all are answered')
    }
    expect(t.all()).toHaveLength(1)
  })

  test.each([
    ['different paths', (i: number) => `/page-${i}`],
    ['different questions with different answers', (i: number) => `/item?id=${'x'.repeat(i)}`],
  ])('is silent: %s', async (_, path) => {
    await start(({ url }) => text(200, url))
    for (let i = 0; i < 20; i++) await ask(path(i), [FIREFOX])
    expect(t.all()).toEqual([])
  })

  test('is silent for requests that come beside each other', async () => {
    let waiting: (() => void)[] = []
    await start(
      () =>
        new Promise((resolve) => {
          waiting.push(() => resolve(text(200, '[]')))
          if (waiting.length < 30) return
          for (const answer of waiting) answer()
          waiting = []
        }),
    )
    for (let i = 0; i < 30; i++) t.get('/poll', [FIREFOX])
    await t.sink.when(() => (t.sink.of('ended').length >= 30 ? true : undefined), 'all are answered')
    expect(t.all()).toEqual([])
  })

  test('is silent where the requests are held', async () => {
    await start(() => longPoll('news'))
    for (let i = 0; i < 12; i++) {
      await t.held('/poll')
      await t.publish({ channel: 'news', formats: { 'http-response': { body: 'x' } } })
    }
    expect(t.found('poll-storm')).toEqual([])
  })
})

describe('host-refused', () => {
  const DJANGO = `<title>DisallowedHost\n at /</title><h1>DisallowedHost at /</h1><pre class="exception_value">Invalid HTTP_HOST header: &#x27;app.test&#x27;. You may need to add &#x27;app.test&#x27; to ALLOWED_HOSTS.</pre>`
  test.each([
    ['Django', text(400, DJANGO), 'ALLOWED_HOSTS'],
    [
      'Rails',
      text(403, '<h1>Blocked hosts: app.test</h1><p>To allow requests to these hosts, make sure they are valid</p>'),
      'config.hosts',
    ],
    [
      'Vite',
      text(403, 'Blocked request. This host ("app.test") is not allowed.\nTo allow this host, add "app.test"'),
      'server.allowedHosts',
    ],
    ['webpack', text(403, 'Invalid Host header'), 'devServer.allowedHosts'],
    ['421', text(421, ''), 'host=NAME'],
  ])('%s', async (_, answer, fix) => {
    await start(() => answer)
    await ask('/')
    expect(t.all()).toMatchObject([{ rule: 'host-refused', severity: 'error', exchanges: [1] }])
    expect(t.all()[0]?.text).toContain('"app.test"')
    expect(t.all()[0]?.fix).toContain(fix)
  })

  test('reads a compressed page as the client does', async () => {
    const body = gzipSync(DJANGO)
    await start(() => ({
      status: 400,
      headers: { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip', 'Content-Length': `${body.length}` },
      body,
    }))
    await ask('/')
    expect(t.rules).toEqual(['host-refused'])
  })

  test.each([
    ['another 400', text(400, '<h1>Bad Request (400)</h1>')],
    ['another 403', text(403, 'CSRF verification failed. Host app.test')],
    ['a page about it', text(200, DJANGO)],
    ['words in another text', text(400, '{"error": "Invalid Host header in your config"}')],
  ])('is silent: %s', async (_, answer) => {
    await start(() => answer)
    await ask('/')
    expect(t.all()).toEqual([])
  })
})

describe('eventsource-refused', () => {
  const ES = ['Accept: text/event-stream', FIREFOX]
  test.each([
    ['another content type', text(200, '<p>'), 'error', `MIME type ("text/html") that is not "text/event-stream"`],
    ['no content type', { status: 200, body: 'x' }, 'error', 'no Content-Type'],
    ['an error', text(500, 'x'), 'error', '500'],
    ['not found', text(404, 'x'), 'error', '404'],
    ['not allowed', text(401, 'x'), 'note', '401'],
  ])('%s', async (_, answer, severity, said) => {
    await start(() => answer)
    await ask('/stream', ES)
    expect(t.all()).toMatchObject([{ rule: 'eventsource-refused', severity, exchanges: [1] }])
    expect(t.all()[0]?.text).toContain(said)
  })

  test.each([
    ['204, which ends it', ES, { status: 204 }],
    ['a redirect', ES, { status: 307, headers: { Location: '/other' } }],
    ['405, which some clients take as normal', ES, { status: 405 }],
    ['an event stream', ES, text(200, 'data: x\n\n', { 'Content-Type': 'text/event-stream; charset=utf-8' })],
    ['who takes JSON too', ['Accept: application/json, text/event-stream'], text(200, '{}')],
    ['who takes all', ['Accept: */*'], text(200, '{}')],
  ])('is silent: %s', async (_, headers, answer) => {
    await start(() => answer)
    await ask('/stream', headers)
    expect(t.all()).toEqual([])
  })

  test('is silent where another finding explains it', async () => {
    await start(() => text(200, 'x'))
    await ask('/stream', [...ES, ...FOREIGN])
    expect(t.rules).toEqual(['cors-missing'])
  })

  test('is silent for one that is held', async () => {
    await start(() => eventStream('news'))
    await t.held('/stream')
    expect(t.all()).toEqual([])
  })
})

describe('ws-refused', () => {
  const WS = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  test.each([
    [404, 'error'],
    [405, 'error'],
    [426, 'error'],
    [500, 'error'],
    [200, 'error'],
    [401, 'note'],
    [403, 'note'],
  ])('%i', async (status, severity) => {
    await start(() => text(status, 'x'))
    await ask('/ws', WS)
    expect(t.all()).toMatchObject([{ rule: 'ws-refused', severity, exchanges: [1] }])
    expect(t.all()[0]?.text).toContain(`Unexpected response code: ${status}`)
  })

  test.each([
    ['no WebSocket', [], 404],
    ['another upgrade', ['Connection: Upgrade', 'Upgrade: h2c'], 426],
    ['too many, which passes', WS, 429],
  ])('is silent: %s', async (_, headers, status) => {
    await start(() => text(status, 'x'))
    await ask('/ws', headers)
    expect(t.all()).toEqual([])
  })
})

describe('backend-tls', () => {
  test.each([
    ['nginx', '<center>The plain HTTP request was sent to HTTPS port</center>'],
    ['Go', 'Client sent an HTTP request to an HTTPS server.\n'],
    ['Apache', "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />"],
  ])('the page of %s', async (_, body) => {
    await start(() => text(400, body))
    await ask('/')
    expect(t.all()).toMatchObject([{ rule: 'backend-tls', severity: 'error', exchanges: [1] }])
    expect(t.all()[0]?.fix).toContain('ssl')
  })

  test('plain where the route says ssl', async () => {
    await start(() => text(200, 'x'), ['* BACKEND,ssl,insecure'])
    await ask('/')
    expect(t.rules).toEqual(['backend-tls'])
  })

  test('is silent for another 400', async () => {
    await start(() => text(400, 'This page is about HTTP and HTTPS'))
    await ask('/')
    expect(t.all()).toEqual([])
  })
})

describe('backend-down', () => {
  const freePort = async (): Promise<number> => {
    const server = net.createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    return port
  }

  test('nothing listens there', async () => {
    const port = await freePort()
    await start(() => undefined, [`* 127.0.0.1:${port}`])
    await ask('/a')
    await ask('/b')
    expect(t.all()).toMatchObject([{ rule: 'backend-down', severity: 'error', count: 2, exchanges: [1, 2] }])
    expect(t.all()[0]?.text).toContain(`127.0.0.1:${port}`)
  })

  test('names what listens on the other loopback address', async () => {
    const beside = net.createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => beside.listen(0, '::1', resolve))
    const { port } = beside.address() as AddressInfo
    await start(() => undefined, [`* 127.0.0.1:${port}`])
    await ask('/')
    await t.sink.next('listens-beside')
    await new Promise((resolve) => beside.close(resolve))
    expect(t.all()).toMatchObject([{ rule: 'backend-down', count: 1 }])
    expect(t.all()[0]?.text).toContain(`something listens on [::1]:${port}`)
    expect(t.all()[0]?.fix).toContain(`[::1]:${port}`)
  })

  test('explains an EventSource and a WebSocket that were refused', async () => {
    const port = await freePort()
    await start(() => undefined, [`* 127.0.0.1:${port}`])
    await ask('/', ['Accept: text/event-stream'])
    await ask('/', [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
    ])
    expect(t.rules).toEqual(['backend-down'])
  })

  test('is silent where the next target answers', async () => {
    const port = await freePort()
    await start(() => text(200, 'x'), [`* 127.0.0.1:${port} BACKEND`])
    await ask('/')
    expect(t.all()).toEqual([])
  })
})

test('none of these fires for a healthy stream of a browser', async () => {
  await start(() => heldStream(['news'], { 'Content-Type': 'text/event-stream', 'Access-Control-Allow-Origin': '*' }))
  t.get('/stream', ['Accept: text/event-stream', ...FOREIGN])
  await t.sink.when(() => t.sink.of('held')[0], 'held')
  await t.publish({ channel: 'news', formats: { 'http-stream': { content: 'data: x\n\n' } } })
  expect(t.all()).toEqual([])
})
