// The publish endpoint, as publishers meet it: what it takes, what it refuses and why, and what the trace keeps of it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RawClient } from '../testing/raw-client'
import { instruct } from '../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../testing/test-engine'

let t: TestEngine
const clients: RawClient[] = []
beforeEach(async () => {
  t = await startTestEngine(() => instruct({ hold: { mode: 'stream', channels: [{ name: 'a' }] } }))
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await t.stop()
})

const ITEM = '{"items":[{"channel":"a","formats":{"http-stream":{"content":"hi"}}}]}'

function send(text: string): RawClient {
  const client = RawClient.open(t.engine.publish.port).send(text)
  clients.push(client)
  return client
}

function call(body: string, { path = '/publish/', method = 'POST', headers = '' } = {}): RawClient {
  return send(
    `${method} ${path} HTTP/1.1\r\nHost: anything\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`,
  )
}

async function refused(): Promise<{ status: number; field: string }> {
  const { status, problem } = await t.sink.next('publish-refused')
  expect(problem.message).not.toBe('')
  expect(problem.fix).not.toBe('')
  return { status, field: problem.field }
}

describe('a call', () => {
  it.each(['/publish/', '/publish'])('to %s is taken', async (path) => {
    const client = await call(ITEM, { path }).whole()
    expect([client.status, client.body]).toEqual([200, 'Published\n'])
    expect(t.sink.of('publish')).toMatchObject([{ p: 1, channel: 'a', via: 'http' }])
    expect(t.sink.of('publish-refused')).toEqual([])
  })

  it('is answered in JSON to those who want it', async () => {
    const client = await call(ITEM, { headers: 'Accept: application/json\r\n' }).whole()
    expect(client.header('content-type')).toBe('application/json')
    expect(JSON.parse(client.body)).toEqual({ message: 'Published' })
  })

  it('with several items publishes each, in order', async () => {
    const items = [1, 2, 3].map((n) => ({ channel: `c${n}`, formats: { 'http-stream': { content: `${n}` } } }))
    await call(JSON.stringify({ items })).whole()
    expect(t.sink.of('publish').map((e) => [e.p, e.channel])).toEqual([
      [1, 'c1'],
      [2, 'c2'],
      [3, 'c3'],
    ])
  })

  it('without items publishes nothing, and is no fault', async () => {
    expect((await call('{"items":[]}').whole()).status).toBe(200)
    expect(t.sink.of('publish')).toEqual([])
  })

  it('follows another one on the same connection', async () => {
    const client = await call(ITEM).whole()
    const { length } = client.text
    client.send(`POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${ITEM.length}\r\n\r\n${ITEM}`)
    await client.until(() => client.text.length === length * 2, 'second answer')
    expect(t.sink.of('publish')).toHaveLength(2)
  })

  it('that expects 100-continue gets it', async () => {
    const client = send(
      `POST /publish/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${ITEM.length}\r\n\r\n`,
    )
    await client.has('HTTP/1.1 100 Continue\r\n\r\n')
    await client.send(ITEM).has('Published\n')
  })

  it('of nearly the greatest size is taken, in parts', async () => {
    const content = 'x'.repeat(999_000)
    const body = JSON.stringify({ items: [{ channel: 'a', formats: { 'http-stream': { content } } }] })
    expect((await call(body).whole()).status).toBe(200)
    expect(t.sink.of('publish')[0]?.size).toBeGreaterThan(999_000)
  })
})

describe('a call that is refused while the publisher still writes', () => {
  const url = () => `http://127.0.0.1:${t.engine.publish.port}/publish/`

  it.each([1_000_001, 3_000_000, 20_000_000])('tells it why, through fetch (%i bytes)', async (size) => {
    const response = await fetch(url(), { method: 'POST', body: 'x'.repeat(size) })
    const fix = 'Publish fewer or smaller items in one call.'
    expect([response.status, await response.text()]).toEqual([
      400,
      `Request body too large: ${size} bytes of at most 1000000. ${fix}\n`,
    ])
    expect(await t.sink.next('publish-refused')).toMatchObject({ status: 400, size, problem: { field: 'body' } })
  })

  it('tells it why where it comes in chunks', async () => {
    const body = new Blob([Buffer.alloc(3_000_000)]).stream()
    const response = await fetch(url(), { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect([response.status, await response.text()]).toEqual([411, expect.stringMatching(/no Content-Length.*\.\n$/)])
  })

  it('is over once the publisher leaves', async () => {
    const client = send('POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\nxxx')
    client.close()
    expect((await call(ITEM).whole()).status).toBe(200)
    expect(t.sink.of('publish-refused')).toEqual([])
  })
})

describe('a malformed call', () => {
  const item = (more: object): string => JSON.stringify({ items: [{ channel: 'a', ...more }] })
  it.each([
    ['no JSON', '{"items": [', /body/],
    ['nothing', '', /body/],
    ['a list', '[]', /body|call/],
    ['no items', '{}', /items/],
    ['items that are no list', '{"items": {}}', /items/],
    ['an item that is no object', '{"items": [1]}', /items\[0\]|item/],
    ['an item without a channel', '{"items": [{"formats": {"http-stream": {"content": "x"}}}]}', /channel/],
    ['a channel that is a number', '{"items": [{"channel": 5, "http-stream": {"content": "x"}}]}', /channel/],
    ['no format', item({}), /formats/],
    ['formats that are no object', item({ formats: [] }), /formats/],
    ['a format that is no object', item({ formats: { 'http-stream': 'x' } }), /http-stream/],
    ['no content', item({ formats: { 'http-stream': {} } }), /http-stream/],
    ['content that is a number', item({ formats: { 'http-stream': { content: 1 } } }), /http-stream\.content/],
    ['an unknown action', item({ formats: { 'http-stream': { action: 'shout' } } }), /http-stream\.action/],
    ['a code that is a list', item({ formats: { 'http-response': { code: [], body: '' } } }), /http-response\.code/],
    ['headers that are text', item({ formats: { 'http-response': { headers: 'x', body: '' } } }), /headers/],
    ['an id that is an object', item({ id: {}, formats: { 'http-stream': { content: 'x' } } }), /\bid$/],
    ['a prev-id that is a list', item({ 'prev-id': [], formats: { 'http-stream': { content: 'x' } } }), /prev-id/],
    ['meta that is a list', item({ meta: [1], formats: { 'http-stream': { content: 'x' } } }), /meta/],
  ])('(%s) gets 400 with the field named, and is recorded', async (_name, body, field) => {
    const client = await call(body).whole()
    expect(client.status).toBe(400)
    const event = await t.sink.next('publish-refused')
    expect(event).toMatchObject({ via: 'http', status: 400, size: Buffer.byteLength(body) })
    expect(event.problem.field).toMatch(field)
    const { field: path, message, fix } = event.problem
    expect(Buffer.from(client.body, 'latin1').toString()).toBe(
      `Invalid format: ${message.startsWith(path) ? '' : `${path}: `}${message} ${fix}\n`,
    )
    expect(client.body).toMatch(/[^.]\.\n$/)
    expect(client.body).not.toContain('..')
    expect(Buffer.from(event.data).toString()).toBe(body)
    expect(t.sink.of('publish')).toEqual([])
  })

  it('publishes none of its items, even where the others are good', async () => {
    const good = { channel: 'a', formats: { 'http-stream': { content: 'x' } } }
    const client = await call(JSON.stringify({ items: [good, good, { channel: 'a' }] })).whole()
    expect(client.status).toBe(400)
    expect((await t.sink.next('publish-refused')).problem.field).toContain('items[2]')
    expect(t.sink.of('publish')).toEqual([])
  })

  it('leaves the connection usable', async () => {
    const client = await call('{').whole()
    client.send(`POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${ITEM.length}\r\n\r\n${ITEM}`)
    await client.has('Published\n')
  })
})

describe('a call that is refused', () => {
  it('with another method: 405, with what is allowed', async () => {
    const client = await call('', { method: 'GET' }).whole()
    expect([client.status, client.header('allow')]).toEqual([405, 'POST'])
    expect(await refused()).toEqual({ status: 405, field: 'method' })
  })

  it('at another path: 404', async () => {
    expect((await call(ITEM, { path: '/publsh/' }).whole()).status).toBe(404)
    expect(await refused()).toEqual({ status: 404, field: 'path' })
  })

  it('that accepts neither text nor JSON: 406', async () => {
    expect((await call(ITEM, { headers: 'Accept: image/png\r\n' }).whole()).status).toBe(406)
    expect(await refused()).toEqual({ status: 406, field: 'Accept' })
    expect(t.sink.of('publish')).toEqual([])
  })

  it('without a length: 411, as with Pushpin', async () => {
    const client = send(
      `POST /publish/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${ITEM.length.toString(16)}\r\n${ITEM}\r\n0\r\n\r\n`,
    )
    expect((await client.ended()).status).toBe(411)
    expect(await refused()).toEqual({ status: 411, field: 'Content-Length' })
    expect(t.sink.of('publish')).toEqual([])
  })

  it('with a head of more than 10,000 bytes: 400', async () => {
    const client = await call(ITEM, { headers: `X: ${'x'.repeat(10_000)}\r\n` }).ended()
    expect(client.status).toBe(400)
    expect(await refused()).toEqual({ status: 400, field: 'headers' })
  })

  it('that announces more than 1,000,000 bytes: 400, before they are sent', async () => {
    const client = send('POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000001\r\n\r\n{')
    await client.answered()
    expect(client.status).toBe(400)
    expect(await refused()).toEqual({ status: 400, field: 'body' })
    expect(t.sink.of('publish-refused')[0]?.size).toBe(1_000_001)
  })

  it('that is longer than it says: 400, and nothing is published, as with Pushpin', async () => {
    const text = `POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${ITEM.length}\r\n\r\n${ITEM}more`
    expect((await send(text).ended()).status).toBe(400)
    expect(await refused()).toEqual({ status: 400, field: 'request' })
    expect(t.sink.of('publish')).toEqual([])
  })

  it('that is no HTTP: 400', async () => {
    expect((await send('hello\r\n\r\n').ended()).status).toBe(400)
    expect(await refused()).toEqual({ status: 400, field: 'request' })
  })
})

describe('a web page', () => {
  it('may not publish: 403, recorded with its origin', async () => {
    const client = await call(ITEM, { headers: 'Origin: https://evil.example\r\n' }).whole()
    expect(client.status).toBe(403)
    expect(client.head).not.toMatch(/access-control/i)
    const event = await t.sink.next('publish-refused')
    expect(event.problem.field).toBe('Origin')
    expect(event.problem.message).toContain('https://evil.example')
    expect(t.sink.of('publish')).toEqual([])
  })

  it.each(['null', 'http://127.0.0.1', 'http://localhost:7980'])('of origin %s may not either', async (origin) => {
    expect((await call(ITEM, { headers: `Origin: ${origin}\r\n` }).whole()).status).toBe(403)
  })

  it('gets no preflight', async () => {
    const client = await call('', { method: 'OPTIONS', headers: 'Origin: https://evil.example\r\n' }).whole()
    expect(client.status).toBe(403)
    expect(client.head).not.toMatch(/access-control/i)
  })

  it('of the interface may', async () => {
    t.engine.allowOrigins(['http://127.0.0.1:1234'])
    expect((await call(ITEM, { headers: 'Origin: http://127.0.0.1:1234\r\n' }).whole()).status).toBe(200)
  })

  it('is not known by the Host: a backend in a container may name any', async () => {
    const client = send(
      `POST /publish/ HTTP/1.1\r\nHost: host.docker.internal:5561\r\nContent-Length: ${ITEM.length}\r\n\r\n${ITEM}`,
    )
    expect((await client.whole()).status).toBe(200)
  })
})

describe('a slow publisher', () => {
  it('does not keep others waiting', async () => {
    const slow = send(`POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${ITEM.length}\r\n\r\n`)
    for (const byte of ITEM.slice(0, 10)) {
      slow.send(byte)
      expect((await call(ITEM).whole()).status).toBe(200)
    }
    expect(slow.text).toBe('')
    slow.send(ITEM.slice(10))
    expect((await slow.whole()).status).toBe(200)
    expect(t.sink.of('publish')).toHaveLength(11)
  })

  it.each([
    ['head', 'POST /publish/ HTTP/1.1\r\nHo'],
    ['body', `POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${ITEM.length}\r\n\r\n{"items`],
  ])('whose %s takes longer than the limit gets 408, and is recorded', async (_part, text) => {
    const limited = await startTestEngine(() => ({}), undefined, { proxy: { publishTimeout: 50 } })
    const client = await RawClient.open(limited.engine.publish.port).send(text).ended()
    expect(client.status).toBe(408)
    expect(await limited.sink.next('publish-refused')).toMatchObject({ status: 408, problem: { field: 'body' } })
    await limited.stop()
  })

  it('that leaves in the midst of its call publishes nothing, and hurts nobody', async () => {
    const slow = send(`POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${ITEM.length}\r\n\r\n{"items`)
    await new Promise((resolve) => slow.socket.once('connect', resolve))
    slow.reset()
    expect((await call(ITEM).whole()).status).toBe(200)
    expect(t.sink.of('publish')).toHaveLength(1)
  })
})

it('a flood of 5,000 calls over 20 connections is taken whole, each in its order', async () => {
  const per = 250
  /** Of the first answer: they are alike. */
  const lengthOf = (text: string) => text.indexOf('Published\n') + 'Published\n'.length
  const publishers = Array.from({ length: 20 }, (_, c) => {
    const client = send('')
    for (let n = 0; n < per; n++) {
      const body = `{"items":[{"channel":"f${c}","id":"${n}","formats":{"http-stream":{"content":"x"}}}]}`
      client.send(`POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    }
    return client
  })
  await Promise.all(
    publishers.map((client) =>
      client.until(() => client.text.length > 0 && client.text.length === per * lengthOf(client.text), 'all', 15_000),
    ),
  )
  const seen = new Map<string, number>()
  for (const { channel, id } of t.sink.of('publish')) {
    expect(Number(id)).toBe(seen.get(channel) ?? 0)
    seen.set(channel, Number(id) + 1)
  }
  expect([...seen.values()]).toEqual(publishers.map(() => per))
})
