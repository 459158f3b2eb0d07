import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brokenEvents } from '../testing/engine-events'
import { EVERY_BODY, EVERY_COUNT, everyKind } from '../testing/every-kind'
import { harOf } from '../testing/har'
import { readAsWebKit } from '../testing/har-readers'
import { inWords } from '../testing/said'
import { TraceScript } from '../testing/trace-script'
import { exportedIds, type HarCount, harText } from './har'
import type { TraceModel } from './model'

const EPOCH = Date.UTC(2024, 1, 29, 23, 59, 59)

/** What is read of an entry here. */
interface Entry {
  startedDateTime: string
  time: number
  request: { url: string; bodySize: number; [field: string]: unknown }
  response: { status: number; bodySize: number; content: { text: string }; [field: string]: unknown }
  timings: Record<string, number>
  _grip: Record<string, unknown>
  [field: string]: unknown
}

async function entriesOf(model: TraceModel, ids: readonly number[] | null = null, now = 1000): Promise<Entry[]> {
  const { har, count } = await harOf(model, { ids, epoch: EPOCH, version: '1.2.3', now })
  expect(har.log).toMatchObject({ version: '1.2', creator: { name: 'Gripscope', version: '1.2.3' } })
  expect(har.log.entries).toHaveLength(count.entries)
  return har.log.entries as unknown as Entry[]
}

async function entryOf({ model }: TraceScript): Promise<Entry> {
  const [entry] = await entriesOf(model)
  if (!entry) throw new Error('no entry')
  return entry
}

test('of nothing is valid', async () => {
  expect(await entriesOf(new TraceScript().model)).toEqual([])
})

test('what happened to the engine is told of the file as a whole', async () => {
  const script = new TraceScript().request(1).ended(1)
  const settings = { listen: '127.0.0.1' }
  script.events.push(
    { type: 'engine-started', t: 1, version: '1.2.3', settings },
    { type: 'command', t: 2, via: 'zmq-command', name: 'recover' },
  )
  const { har } = await harOf(script.model, { ids: null, epoch: EPOCH, version: '1.2.3', now: 1000 })
  expect(har.log).toMatchObject({
    _grip: {
      engine: [
        { dateTime: '2024-02-29T23:59:59.001Z', type: 'engine-started', version: '1.2.3', settings },
        { dateTime: '2024-02-29T23:59:59.002Z', type: 'command', name: 'recover' },
      ],
    },
  })
})

test('with every kind of entry, and with faults of our own, it is valid, and WebKit reads it', async () => {
  const { har, count } = await harOf(everyKind().model, { epoch: EPOCH })
  expect(count).toEqual({ entries: EVERY_COUNT, unreadable: 1, dropped: 0 })
  expect(har.log).toMatchObject({
    _grip: {
      faults: [
        { dateTime: '2024-02-29T23:59:59.181Z', message: 'RangeError: Invalid string length' },
        { message: 'TypeError: "quoted" \u001b[2J', where: '' },
      ],
    },
  })
  const read = readAsWebKit(har)
  expect(read).toHaveLength(EVERY_COUNT)
  for (const [path, body] of Object.entries(EVERY_BODY))
    expect([path, read.find(({ url }) => url === `http://a.test${path}`)?.body.toString()]).toEqual([path, body])
})

test('an exchange that passed through', async () => {
  const headers = ['Host', 'a.test:8000', 'Content-Type', 'text/plain', 'Cookie', 'a=1; b=x=y; ; odd']
  const url = Buffer.from('/p/%20?q=1&q=é&r').toString('latin1')
  const script = new TraceScript().at(250.5).request(1, { method: 'POST', url, headers })
  script.at(251).requestBody(1, 'hello').at(252).sent(1).at(260).answered(1, 302, ['Location', '/new'])
  const cookies = ['Set-Cookie', 'sid=42; Path=/', 'set-cookie', 'b=; HttpOnly']
  script.response(1, { status: 302, reason: 'Found', headers: ['Location', '/new', 'Content-Type', 'a/b', ...cookies] })
  script.answerData(1, 'body').at(270.5).answerEnd(1, 4).ended(1, { responseSize: 4 })
  expect(await entryOf(script)).toMatchObject({
    startedDateTime: '2024-02-29T23:59:59.250Z',
    time: 20,
    _connectionId: '127.0.0.1:4001',
    request: {
      method: 'POST',
      url: 'http://a.test:8000/p/%20?q=1&q=%C3%A9&r',
      httpVersion: 'HTTP/1.1',
      queryString: [
        { name: 'q', value: '1' },
        { name: 'q', value: 'é' },
        { name: 'r', value: '' },
      ],
      cookies: [
        { name: 'a', value: '1' },
        { name: 'b', value: 'x=y' },
      ],
      headersSize:
        'POST /p/%20?q=1&q=__&r HTTP/1.1\r\nHost: a.test:8000\r\nContent-Type: text/plain\r\nCookie: a=1; b=x=y; ; odd\r\n\r\n'
          .length,
      bodySize: 5,
      postData: { mimeType: 'text/plain', text: 'hello' },
    },
    response: {
      status: 302,
      statusText: 'Found',
      redirectURL: '/new',
      cookies: [
        { name: 'sid', value: '42', path: '/', httpOnly: false, secure: false },
        { name: 'b', value: '', httpOnly: true, secure: false },
      ],
      content: { size: 4, mimeType: 'a/b', text: 'body' },
      bodySize: 4,
    },
    timings: { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 1.5, wait: 8, receive: 10.5 },
    _grip: { kind: 'http', state: 'complete', hold: null, answers: [{ sent: 1.5, answered: 9.5, status: 302 }] },
  })
})

describe('bodies', () => {
  test('that are no text are in base64', async () => {
    const bytes = Buffer.from([0xff, 0, 1])
    const script = new TraceScript().request(1, { method: 'POST' }).requestBody(1, bytes).sent(1).answered(1)
    const { request, response } = await entryOf(script.response(1).answerData(1, bytes).ended(1, { responseSize: 3 }))
    expect(request.postData).toEqual({ mimeType: '', text: '/wAB', encoding: 'base64' })
    expect(request).toMatchObject({
      _requestBodyStatus: 'discarded:not-representable',
      _content: { text: '/wAB', size: 3, encoding: 'base64' },
    })
    expect(response.content).toMatchObject({ text: '/wAB', encoding: 'base64', size: 3 })
  })

  test('that were not kept whole tell it', async () => {
    const script = new TraceScript().request(1, { method: 'POST' }).requestBody(1, 'abc', 5000).sent(1).answered(1)
    const { request, response } = await entryOf(script.response(1).answerData(1, 'de').ended(1, { responseSize: 9999 }))
    expect(request).toMatchObject({ bodySize: 5000, postData: { comment: 'the first 3 of 5000 bytes' } })
    expect(response).toMatchObject({ bodySize: 9999, content: { size: 9999, comment: 'the first 2 of 9999 bytes' } })
  })
})

describe('a compressed body', () => {
  const text = '{"text":"é"}'.repeat(100)
  const compressed = gzipSync(text)

  test('is there as it says, with the sizes of both', async () => {
    const headers = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip']
    const script = new TraceScript().request(1, { method: 'POST', headers }).requestBody(1, compressed).sent(1)
    script.answered(1, 200, headers, compressed).response(1, { headers })
    const { request, response } = await entryOf(script.ended(1, { responseSize: compressed.length }))
    expect(request).toMatchObject({ bodySize: compressed.length, postData: { text } })
    const size = Buffer.byteLength(text)
    expect(response).toMatchObject({
      bodySize: compressed.length,
      content: { size, compression: size - compressed.length, text },
      _transferSize:
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n'
          .length + compressed.length,
    })
  })

  test('that can’t be decompressed is there as bytes, and says so', async () => {
    const headers = ['Content-Encoding', 'gzip']
    const script = new TraceScript().request(1).sent(1).answered(1, 200, headers, 'no gzip').response(1, { headers })
    const { response } = await entryOf(script.ended(1, { responseSize: 7 }))
    expect(response.content).toMatchObject({ text: 'no gzip', size: 7, comment: expect.stringContaining('header') })
  })
})

describe('the fields of a form', () => {
  const posted = async (type: string, body: string | Buffer, size?: number) => {
    const script = new TraceScript().request(1, { method: 'POST', headers: ['Content-Type', type] })
    return (await entryOf(script.requestBody(1, body, size))).request.postData as { params?: object[]; text: string }
  }

  test('are there beside its text', async () => {
    const form = await posted('application/x-www-form-urlencoded; charset=UTF-8', 'a=1&b=x+y%26&a=%C3%A9&c')
    expect(form).toMatchObject({ text: 'a=1&b=x+y%26&a=%C3%A9&c' })
    expect(form.params).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: 'x y&' },
      { name: 'a', value: 'é' },
      { name: 'c', value: '' },
    ])
  })

  test('of several parts are there, files by name and type', async () => {
    const file = Buffer.from([0xff, 0, 13, 10, 0x2d, 0x2d])
    const head = '--b1\r\nContent-Disposition: form-data; name="who"\r\n\r\nAnn é\r\n--b1\r\n'
    const second = 'content-disposition: form-data; name="a%22b"; filename="x y.bin"\r\nContent-Type: a/b\r\n\r\n'
    const body = Buffer.concat([Buffer.from(head + second), file, Buffer.from('\r\n--b1--\r\n')])
    expect((await posted('multipart/form-data; boundary=b1', body)).params).toEqual([
      { name: 'who', value: 'Ann é' },
      { name: 'a"b', fileName: 'x y.bin', contentType: 'a/b' },
    ])
  })

  test.each([
    ['that is cut', 'application/x-www-form-urlencoded', 'a=1', 10],
    ['that is no form', 'text/plain', 'a=1', undefined],
    ['without an end', 'multipart/form-data; boundary=b', '--b\r\n\r\n', undefined],
    ['without a boundary', 'multipart/form-data', '--b--', undefined],
  ])('%s are not', async (_name, type, body, size) => {
    expect((await posted(type, body, size)).params).toBeUndefined()
  })
})

test.each<[string, readonly string[], readonly string[], string]>([
  ['GET', ['Sec-Fetch-Dest', 'document', 'Accept', 'text/html'], ['Content-Type', 'application/json'], 'document'],
  ['GET', ['Sec-Fetch-Dest', 'iframe'], [], 'document'],
  ['GET', ['Sec-Fetch-Dest', 'script'], [], 'script'],
  ['GET', ['Sec-Fetch-Dest', 'worker'], [], 'script'],
  ['GET', ['Sec-Fetch-Dest', 'style'], [], 'stylesheet'],
  ['GET', ['Sec-Fetch-Dest', 'image'], [], 'image'],
  ['GET', ['Sec-Fetch-Dest', 'font'], [], 'font'],
  ['GET', ['Sec-Fetch-Dest', 'video'], [], 'media'],
  ['GET', ['Sec-Fetch-Dest', 'manifest'], [], 'manifest'],
  ['GET', ['Sec-Fetch-Dest', 'empty'], ['Content-Type', 'text/html'], 'fetch'],
  ['GET', ['Sec-Fetch-Dest', 'empty', 'X-Requested-With', 'XMLHttpRequest'], [], 'xhr'],
  ['GET', ['Sec-Fetch-Dest', 'empty', 'Accept', 'text/event-stream'], [], 'eventsource'],
  ['OPTIONS', ['Access-Control-Request-Method', 'PUT', 'Sec-Fetch-Dest', 'empty'], [], 'preflight'],
  ['GET', ['Accept', 'text/html,*/*;q=0.8'], [], 'document'],
  ['GET', ['Accept', '*/*'], ['Content-Type', 'text/html; charset=utf-8'], 'document'],
  ['GET', ['Accept', '*/*'], ['Content-Type', 'text/css'], 'stylesheet'],
  ['GET', ['Accept', '*/*'], ['Content-Type', 'application/javascript'], 'script'],
  ['GET', ['Accept', '*/*'], ['Content-Type', 'image/svg+xml'], 'image'],
  ['GET', ['Accept', '*/*'], ['Content-Type', 'font/woff2'], 'font'],
  ['GET', ['Accept', '*/*'], ['Content-Type', 'application/problem+json'], 'fetch'],
  ['GET', ['Accept', '*/*'], ['Content-Type', 'text/plain'], 'fetch'],
  ['GET', ['Accept', '*/*'], ['Content-Type', 'application/zip'], 'other'],
  ['GET', [], [], 'fetch'],
])('a %s with %j that got %j is a %s-', async (method, asked, got, type) => {
  const script = new TraceScript().request(1, { method, headers: ['Host', 'a', ...asked] }).sent(1)
  script.answered(1, 200, got, '').response(1, { headers: got }).ended(1)
  expect((await entryOf(script))._resourceType).toBe(type)
})

test('cookies have their attributes', async () => {
  const headers = [
    'Set-Cookie',
    'a=1; Path=/x; Domain=.a.test; Secure; HttpOnly; SameSite=Lax; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    'Set-Cookie',
    'b=2; max-age=60; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    'Set-Cookie',
    'c=; Max-Age=0; samesite=None; path',
    'Set-Cookie',
    'd=x=y; Expires=never',
    'Set-Cookie',
    'e=1; Max-Age=99999999999999999999',
    'Set-Cookie',
    'no cookie',
  ]
  const script = new TraceScript().at(1000).request(1).sent(1).answered(1, 200, headers, '').response(1, { headers })
  const plain = { httpOnly: false, secure: false }
  expect((await entryOf(script.ended(1))).response.cookies).toEqual([
    {
      ...{ name: 'a', value: '1', path: '/x', domain: '.a.test', expires: '2026-10-21T07:28:00.000Z' },
      ...{ httpOnly: true, secure: true, sameSite: 'Lax' },
    },
    { name: 'b', value: '2', expires: '2024-03-01T00:01:00.000Z', ...plain },
    { name: 'c', value: '', expires: '1970-01-01T00:00:00.000Z', ...plain, sameSite: 'None' },
    { name: 'd', value: 'x=y', ...plain },
    { name: 'e', value: '1', expires: '9999-12-31T23:59:59.000Z', ...plain },
  ])
})

test('what broke off says why', async () => {
  const left = new TraceScript().request(1).sent(1).answered(1, 200, [], 'half').response(1)
  expect((await entryOf(left.ended(1, { how: 'client-left' }))).response).toMatchObject({ _error: 'the client left' })
  const none = new TraceScript()
    .request(1)
    .sent(1)
    .failed(1)
    .ended(1, { how: 'backend-failed', cause: inWords('refused') })
  expect((await entryOf(none)).response).toMatchObject({ status: 0, _error: 'refused', bodySize: -1 })
  const told = new TraceScript().request(1).sent(1).failed(1).response(1, { status: 502, body: 'own' })
  expect((await entryOf(told.ended(1, { how: 'backend-failed' }))).response).not.toHaveProperty('_error')
})

test('WebKit reads it, also of nothing and of what is broken', async () => {
  expect(readAsWebKit((await harOf(new TraceScript().model)).har)).toEqual([])
  const script = new TraceScript().at(500).request(1).sent(1).at(700).answered(1, 200, [], 'half').response(1)
  const [read] = readAsWebKit((await harOf(script.at(900).ended(1, { how: 'client-left', responseSize: 4 }).model)).har)
  expect(read).toMatchObject({ url: 'http://a.test/', status: 200, failure: 'the client left', sentAt: 0 })
  expect(read?.finishedAt).toBeCloseTo(0.4)
  expect(read?.headerBytes).toBe(
    // What the connection adds is counted too.
    'HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nTransfer-Encoding: chunked\r\n\r\n'.length,
  )
  expect(read?.body.toString()).toBe('half')
})

test('it has one page, and entries know it and the server', async () => {
  const server = { address: '127.0.0.1', port: 7999 }
  const script = new TraceScript().at(500).request(1, { headers: [] }).at(900).request(2)
  const { har } = await harOf(script.model, { epoch: EPOCH, server })
  expect(har.log.pages).toEqual([
    {
      id: 'gripscope',
      title: 'Gripscope',
      startedDateTime: '2024-02-29T23:59:59.500Z',
      pageTimings: { onContentLoad: -1, onLoad: -1 },
    },
  ])
  expect(har.log.entries[0]).toMatchObject({ pageref: 'gripscope', serverIPAddress: '127.0.0.1', connection: '7999' })
  // It named no host.
  expect(har.log.entries[0]?.request.url).toBe('http://127.0.0.1:7999/')
  const anywhere = await harOf(script.model, { server: { address: '0.0.0.0', port: 7999 } })
  expect(anywhere.har.log.entries[0]).not.toHaveProperty('serverIPAddress')
})

test('a long-poll has its hold, its delivery and the published body', async () => {
  const script = new TraceScript().request(1).sent(1)
  script.answered(1, 200, ['Grip-Hold', 'response', 'Grip-Channel', 'c; prev-id=1'], 'timeout').instruct(1)
  script
    .at(10)
    .held(1, 'response', { meta: { user: 'a' } })
    .subscribed(1, 'c', { prevId: '1' })
  script
    .at(40)
    .publish(1, { id: '2', formats: { 'http-response': { body: 'news' } } })
    .delivery(1, { 1: 'delivered' })
  script.response(1, { body: 'publish', p: 1 }).ended(1, { how: 'delivered', responseSize: 4 })
  const { response, timings, time, _grip } = await entryOf(script)
  expect(response.content.text).toBe('news')
  expect([timings.wait, time]).toEqual([40, 40])
  expect(_grip).toMatchObject({
    id: 1,
    kind: 'long-poll',
    state: 'delivered',
    instruct: { mode: 'response', channels: [{ name: 'c', prevId: '1' }] },
    hold: { mode: 'response', from: 10, channels: ['c'], meta: { user: 'a' } },
    deliveries: [{ publish: 1, id: '2', channel: 'c', outcome: 'delivered', at: 40 }],
    end: { how: 'delivered', at: 40 },
  })
})

test("a WebSocket has its messages as browsers' tools write them", async () => {
  const script = new TraceScript().request(1, { url: '/ws', headers: ['Host', 'h', 'Upgrade', 'websocket'] })
  script.response(1, { status: 101 }).held(1, 'websocket').subscribed(1).at(500).message(1, 'hi')
  script.at(1500).message(1, Buffer.from([0, 255]), { from: 'backend', kind: 'binary' })
  script
    .at(2000)
    .publish(1, { formats: { 'ws-message': { content: 'pub' } } })
    .delivery(1, { 1: 'delivered' })
  script
    .message(1, 'dropped', { from: 'backend', passed: false })
    .message(1, '{}', { from: 'backend', kind: 'control' })
  script.at(2500).message(1, '1000 bye', { kind: 'close', code: 1000 }).ended(1, { how: 'client-left' })
  const entry = await entryOf(script)
  const second = EPOCH / 1000
  expect(entry.request.url).toBe('ws://h/ws')
  expect(entry._resourceType).toBe('websocket')
  expect(entry._webSocketMessages).toEqual([
    { type: 'send', time: second + 0.5, opcode: 1, data: 'hi' },
    { type: 'receive', time: second + 1.5, opcode: 2, data: 'AP8=' },
    { type: 'receive', time: second + 2, opcode: 1, data: 'pub' },
    { type: 'send', time: second + 2.5, opcode: 8, data: '1000 bye' },
  ])
})

test('all messages of a WebSocket that are kept are there, and what is missing is said', async () => {
  const script = new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] }).response(1, { status: 101 })
  script.held(1, 'websocket')
  for (let i = 0; i < 5000; i++) script.at(i).message(1, `m${i}`)
  script
    .message(1, 'x'.repeat(1000), { size: 70_000 })
    .message(1, '1001 going away', { from: 'backend', kind: 'close', code: 1001 })
  const whole = await entryOf(script.ended(1, { how: 'closed' }))
  const messages = whole._webSocketMessages as { data: string; comment?: string; _size?: number }[]
  expect(messages.slice(0, 5000).map(({ data }) => data)).toEqual(Array.from({ length: 5000 }, (_, i) => `m${i}`))
  expect(messages[5000]).toMatchObject({ _size: 70_000, comment: 'the first 1000 of 70000 bytes' })
  expect(whole._webSocketClose).toEqual({ code: 1001, reason: 'going away', timestamp: EPOCH / 1000 + 4.999 })
  expect(whole).not.toHaveProperty('comment')
  const { model } = script
  model.drop({
    exchanges: [],
    publishes: [],
    cleared: false,
    trimmed: new Set(script.events.filter((event) => event.type === 'ws-message' && event.t < 3000)),
  })
  const [cut] = await entriesOf(model)
  expect(cut?.comment).toBe('2001 of its 5001 messages: the others had left memory')
})

test('messages of a client that went nowhere are not missing', async () => {
  const script = new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] }).response(1, { status: 101 })
  script.held(1, 'websocket').message(1, 'one').message(1, 'two', { passed: false })
  script.message(1, 'three', { from: 'backend', passed: false }).message(1, 'four', { from: 'backend' })
  const entry = await entryOf(script)
  expect((entry._webSocketMessages as { data: string }[]).map(({ data }) => data)).toEqual(['one', 'four'])
  expect(entry).not.toHaveProperty('comment')
})

test('a WebSocket by HTTP/2 says 200, and how it was closed', async () => {
  const script = new TraceScript().request(1, { httpVersion: '2.0', headers: ['Upgrade', 'websocket'] })
  script.response(1, { status: 200, body: 'own', opens: true }).held(1, 'websocket')
  const entry = await entryOf(script.ended(1, { how: 'client-left' }))
  expect([entry.response.status, entry._webSocketClose]).toEqual([200, 'aborted'])
  expect(entry._resourceType).toBe('websocket')
})

test('a WebSocket without a close frame was aborted, one that is open was not', async () => {
  const open = () => {
    const script = new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] }).response(1, { status: 101 })
    return script.held(1, 'websocket')
  }
  expect((await entryOf(open().ended(1, { how: 'client-left' })))._webSocketClose).toBe('aborted')
  expect(await entryOf(open())).not.toHaveProperty('_webSocketClose')
})

test('a request that was not read whole is left out', async () => {
  const script = new TraceScript().request(1, { method: 'GET', url: '/', unread: true }).requestBody(1, 'GET / HTP/1')
  const { har, count } = await harOf(script.ended(1, { how: 'bad-request' }).model)
  expect(har.log.entries).toEqual([])
  expect(count.unreadable).toBe(1)
})

test('messages of a backend that took GRIP are there as the client got them', async () => {
  const script = new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] }).sent(1)
  script.answered(1, 101, ['Sec-WebSocket-Extensions', 'grip; message-prefix="to:"'], '')
  script.response(1, { status: 101, messagePrefix: 'to:' })
  script.held(1, 'websocket').message(1, 'to:hi', { from: 'backend' }).message(1, 'to:you')
  script
    .message(1, Buffer.from('to:\xff', 'latin1'), { from: 'backend', kind: 'binary' })
    .message(1, '', { kind: 'ping' })
  const { _webSocketMessages: messages } = await entryOf(script.message(1, 'ping', { from: 'backend', kind: 'ping' }))
  expect((messages as { data: string }[]).map(({ data }) => data)).toEqual(['hi', 'to:you', '/w==', '', 'ping'])
})

test('what is still going on lasts until now, and says so', async () => {
  const [held, waiting] = await entriesOf(new TraceScript().hold(1, 'stream').response(1).request(2).model, null, 700)
  expect(held).toMatchObject({ time: 700, response: { status: 200, comment: 'not finished when it was exported' } })
  expect(waiting).toMatchObject({ time: 700, timings: { wait: 700 }, response: { status: 0, bodySize: -1 } })
})

test('a request of which nothing could be read is left out, and the file says so', async () => {
  const script = new TraceScript().request(1, { method: '', url: '', headers: [] })
  script
    .response(1, { status: 400, body: 'own' })
    .responseData(1, 'bad')
    .ended(1, { how: 'bad-request', responseSize: 3 })
  const { har, count } = await harOf(script.request(2).model)
  expect(har.log.entries.map(({ request }) => request.url)).toEqual(['http://a.test/'])
  expect(har.log.comment).toBe('Left out: 1 request that could not be read.')
  expect(count).toEqual({ entries: 1, unreadable: 1, dropped: 0 })
})

test.each<[string, string, string]>([
  ['a b', '/', 'http://localhost/'],
  ['', '/x', 'http://localhost/x'],
  ['[::1]:80', '/x', 'http://[::1]:80/x'],
  ['h', '*', 'http://h/*'],
  ['h', 'ftp://x/y', 'http://h/ftp://x/y'],
])('the address of Host %j and target %j is %s', async (host, url, expected) => {
  expect((await entryOf(new TraceScript().request(1, { url, headers: ['Host', host] }))).request.url).toBe(expected)
})

test('headers are text where they are UTF-8', async () => {
  const value = Buffer.from('é日本').toString('latin1')
  const { request } = await entryOf(new TraceScript().request(1, { headers: ['X', value, 'Y', 'caf\u00e9'] }))
  expect(request.headers).toEqual([
    { name: 'X', value: 'é日本' },
    { name: 'Y', value: 'caf\u00e9' },
  ])
})

test('those asked for are there, in the order of their numbers, each once; others are left out', async () => {
  const script = new TraceScript()
  for (let x = 1; x <= 5; x++) script.request(x)
  const ids = (await entriesOf(script.model, [4, 2, 99, 2])).map(({ _grip }) => _grip.id)
  expect(ids).toEqual([2, 4])
})

test('others get their turn in the midst of a large body', async () => {
  const body = Buffer.alloc(1_000_000, 'x')
  const script = new TraceScript().request(1).sent(1).answered(1, 200, [], body)
  let pauses = 0
  const pause = (): Promise<void> => Promise.resolve(void pauses++)
  const { har } = await harOf(script.response(1).ended(1, { responseSize: body.length }).model, { pause })
  expect(pauses).toBeGreaterThan(30)
  expect(har.log.entries[0]?.response.content.text).toBe(body.toString())
})

test('what leaves the model before it is written is left out, and the file says so', async () => {
  const script = new TraceScript()
  for (let x = 1; x <= 5; x++) script.request(x)
  const { model } = script
  const drop = { publishes: [], trimmed: new Set<never>(), cleared: false }
  const onEntry = ({ entries }: HarCount): void => {
    if (entries === 2) model.drop({ ...drop, exchanges: [1, 2, 3, 4] })
  }
  let text = ''
  for await (const piece of harText(model, exportedIds(model, null), { epoch: 0, version: '', now: () => 0, onEntry }))
    text += piece
  const { log } = JSON.parse(text)
  expect(log.entries.map(({ _grip }: Entry) => _grip.id)).toEqual([1, 2, 5])
  expect(log.comment).toBe('Left out: 2 exchanges that had left memory.')
})

test('of any events it is valid, and its times add up', async () => {
  await fc.assert(
    fc.asyncProperty(brokenEvents, async (events) => {
      const script = new TraceScript()
      script.events.push(...events)
      for (const { time, timings, startedDateTime } of await entriesOf(script.model, null, 1e6)) {
        const { send = -1, wait = -1, receive = -1 } = timings
        expect(Math.min(time, send, wait, receive)).toBeGreaterThanOrEqual(0)
        expect(send + wait + receive).toBeCloseTo(time, 6)
        expect(Date.parse(startedDateTime)).toBeGreaterThanOrEqual(EPOCH)
      }
    }),
    { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 100) },
  )
}, 600_000)

describe('gives others their turn within one entry', () => {
  /** Exports it, and says what was written at each moment at which others might have had their turn. */
  async function turnsOf({ model }: TraceScript): Promise<{ turns: number; entries: Entry[] }> {
    let turns = 0
    const pause = () => void turns++
    const { har } = await harOf(model, { pause })
    return { turns, entries: har.log.entries as unknown as Entry[] }
  }

  test('of a stream that got thousands of publishes', async () => {
    const script = new TraceScript().hold(1, 'stream').response(1, { body: 'own' })
    for (let p = 1; p <= 5000; p++)
      script.publish(p, { formats: { 'http-stream': { content: `line ${p}\n` } } }).delivery(p, { 1: 'delivered' })
    const { turns, entries } = await turnsOf(script)
    expect(turns).toBeGreaterThan(100)
    expect(entries[0]?.response.content.text).toMatch(/^line 1\nline 2\n.*\nline 5000\n$/s)
  })

  test('of a body that is one long part', async () => {
    const script = new TraceScript().request(1).sent(1).answered(1).response(1).answerData(1, 'é'.repeat(4_000_000))
    const { turns, entries } = await turnsOf(script.answerEnd(1, 8_000_000).ended(1))
    expect(turns).toBeGreaterThan(200)
    expect(entries[0]?.response.content.text).toHaveLength(4_000_000)
  })

  test('of a WebSocket with thousands of messages, whose publishes are among them', async () => {
    const script = new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] }).sent(1)
    script.answered(1, 101).response(1, { status: 101, body: 'own' }).held(1, 'websocket').subscribed(1)
    for (let p = 1; p <= 5000; p++) {
      const content = `from publish ${p}`
      script
        .at(p)
        .publish(p, { formats: { 'ws-message': { content } } })
        .delivery(p, { 1: 'delivered' })
      script.at(p + 0.5).message(1, `from client ${p} ${'.'.repeat(100)}`)
    }
    const { turns, entries } = await turnsOf(script)
    const messages = entries[0]?._webSocketMessages as { data: string }[]
    expect(turns).toBeGreaterThan(20)
    expect(messages).toHaveLength(10_000)
    const wrong = messages.findIndex(
      ({ data }, i) => !data.startsWith(`from ${i % 2 ? 'client' : 'publish'} ${(i >> 1) + 1}`),
    )
    expect(wrong).toBe(-1)
  })

  test('of a form with thousands of fields', async () => {
    const headers = ['Content-Type', 'application/x-www-form-urlencoded']
    const body = Array.from({ length: 8000 }, (_, i) => `f${i}=1`).join('&')
    const script = new TraceScript().request(1, { method: 'POST', headers }).requestBody(1, body)
    const { turns, entries } = await turnsOf(script)
    expect(turns).toBeGreaterThan(8)
    const { params } = (entries[0] as Entry).request.postData as { params: unknown[] }
    expect(params).toHaveLength(8000)
    expect(params[7999]).toEqual({ name: 'f7999', value: '1' })
  })
})
