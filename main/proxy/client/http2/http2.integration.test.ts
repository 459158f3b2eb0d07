// Clients of HTTP/2: requests, holds and streams, many on one connection, and how they leave.
import { execFile } from 'node:child_process'
import { constants, type Settings } from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { Http2Client } from '../../../testing/http2-client'
import { messageOf, withMessage } from '../../../testing/said'
import { type Handler, instruct } from '../../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../../testing/test-engine'
import { TestAuthority } from '../../../testing/tls-backend'
import type { ProxyOptions } from '../../settings/options'

const authority = new TestAuthority()
const identities = { fallback: authority.issue(['localhost', '127.0.0.1']) }
const ca = authority.identity.cert

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

interface Both {
  readonly engine: TestEngine
  readonly client: Http2Client
  /** Of the port with TLS. */
  readonly port: number
}

async function start(handler: Handler, routes?: string[], proxy: Partial<ProxyOptions> = {}): Promise<Both> {
  const engine = await startTestEngine(handler, routes, { tls: { port: 0, identities }, proxy })
  open.push(() => engine.stop())
  const { port } = engine.engine.tls
  return { engine, client: clientOf(port), port }
}

function clientOf(port: number, settings: Settings = {}): Http2Client {
  const client = Http2Client.open(port, ca, settings)
  open.push(() => client.close())
  return client
}

const held = (mode: 'response' | 'stream', channel = 'room', body = ''): ReturnType<typeof instruct> =>
  instruct({
    hold: { mode, channels: [{ name: channel }] },
    response: { headers: { 'Content-Type': 'text/plain' }, body },
  })

async function curl(...args: string[]): Promise<string> {
  return (await promisify(execFile)('curl', ['-sS', ...args])).stdout
}

const streamItem = (content: string, channel = 'room') => ({ channel, formats: { 'http-stream': { content } } })
const responseItem = (body: string, channel = 'room') => ({ channel, formats: { 'http-response': { body } } })

describe('a request', () => {
  test('passes through, and the backend sees it as one of HTTP/1.1', async () => {
    const { engine, client, port } = await start(() => ({
      status: 201,
      headers: { 'X-Thing': 'a', 'Set-Cookie': ['a=1', 'b=2'], Connection: 'close' },
      body: 'made',
    }))
    const answer = await client.get('/path?q=1', { cookie: ['a=1', 'b=2'], 'x-own': 'y' }).ended()
    expect(answer.status).toBe(201)
    expect(answer.body).toBe('made')
    expect(answer.headers).toMatchObject({ 'x-thing': 'a', 'set-cookie': ['a=1', 'b=2'], 'content-length': '4' })
    expect(answer.headers).not.toHaveProperty('connection')
    const [seen] = engine.backend.requests
    expect(seen).toMatchObject({ method: 'GET', url: '/path?q=1' })
    expect(seen?.headers).toMatchObject({ host: `localhost:${port}`, cookie: 'a=1; b=2', 'x-own': 'y' })
    expect(seen?.headers['grip-sig']).toMatch(/^eyJ/)
    expect(seen?.headers['x-forwarded-proto']).toBe('https')
    expect(Object.keys(seen?.headers ?? {}).filter((name) => name.startsWith(':'))).toEqual([])
  })

  test('is recorded with its version and TLS', async () => {
    const { engine, client } = await start(() => ({ body: 'x' }))
    await client.get('/').ended()
    const [event] = engine.sink.of('request')
    expect(event).toMatchObject({ httpVersion: '2.0', secure: true, method: 'GET', url: '/' })
    expect(event?.client).toMatch(/^127\.0\.0\.1:\d+$/)
    expect(event?.headers[0]).toBe('Host')
    expect(engine.sink.of('ended')[0]).toMatchObject({ how: 'complete', responseSize: 1 })
  })

  test('may have a body of unknown length', async () => {
    const { engine, client } = await start(({ body }) => ({ body: `got ${body.length}` }))
    const answer = client.post('/upload')
    const part = Buffer.alloc(100_000, 'x')
    for (let i = 0; i < 20; i++) answer.stream.write(part)
    answer.stream.end()
    await answer.ended()
    expect(answer.body).toBe('got 2000000')
    expect(engine.sink.of('request-end')[0]).toMatchObject({ size: 2_000_000 })
  })

  test('may have one of known length, and ask first', async () => {
    const { client } = await start(({ body }) => ({ body: `got ${body}` }))
    const answer = client.post('/upload', { 'content-length': '5', expect: '100-continue' })
    await new Promise((resolve) => answer.stream.once('continue', resolve))
    answer.stream.end('hello')
    expect((await answer.ended()).body).toBe('got hello')
  })

  test('HEAD, 204 and 304 have no body', async () => {
    const { client } = await start(({ url }) =>
      url === '/' ? { headers: { 'Content-Length': '4' } } : { status: Number(url.slice(1)) },
    )
    const head = await client.get('/', { ':method': 'HEAD' }).ended()
    expect([head.status, head.body, head.headers?.['content-length']]).toEqual([200, '', '4'])
    for (const status of [204, 304]) expect(await client.get(`/${status}`).ended()).toMatchObject({ status, body: '' })
  })

  test('large answers come whole', async () => {
    const body = Buffer.alloc(5 * 1024 * 1024, 'abcdefgh')
    const { client } = await start(() => ({ body }))
    const answer = await client.get('/').ended()
    expect(answer.body.length).toBe(body.length)
    expect(answer.stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR)
  })

  test('a header that a backend sends twice where HTTP/2 has it once is sent', async () => {
    const { client } = await start((_request, _count, response) => {
      response.writeHead(200, ['Content-Type', 'text/plain', 'Content-Language', 'de', 'Content-Language', 'fr'])
      response.end('x')
      return undefined
    })
    const answer = await client.get('/').ended()
    expect([answer.status, answer.body, answer.headers?.['content-language']]).toEqual([200, 'x', 'de, fr'])
  })

  test('without a route gets 502, and with CONNECT 501', async () => {
    const { client } = await start(() => ({}), ['other.test BACKEND'])
    expect((await client.get('/').ended()).status).toBe(502)
    const connect = client.session.request({ ':method': 'CONNECT', ':authority': 'a.test:80' })
    const status = await new Promise((resolve) => connect.once('response', (headers) => resolve(headers[':status'])))
    expect(status).toBe(501)
  })

  test('chooses routes that want TLS', async () => {
    const { client, engine } = await start(() => ({ body: 'x' }), ['*,ssl=yes,path_rem=4 BACKEND', '*,ssl=no BACKEND'])
    await client.get('/abc/d').ended()
    expect(engine.backend.requests[0]?.url).toBe('/d')
  })

  test.each<[string, Record<string, string>]>([
    ['a length', { 'Content-Length': '100' }],
    ['no length', {}],
  ])('to a backend that breaks off in the midst of an answer with %s is reset', async (_what, headers) => {
    const { client } = await start((_request, _count, response) => {
      response.writeHead(200, headers)
      response.write('half', () => response.destroy())
      return undefined
    })
    const answer = await client.get('/').ended()
    expect(answer.body).toBe('half')
    expect(answer.stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR)
  })
})

describe('a hold', () => {
  test('of a response is answered by a publish', async () => {
    const { engine, client } = await start(() => held('response'))
    const answer = client.get('/')
    await engine.subscribed()
    await engine.publish(responseItem('news\n'))
    await answer.ended()
    expect([answer.status, answer.body]).toEqual([200, 'news\n'])
    expect(engine.sink.of('ended')[0]).toMatchObject({ how: 'delivered' })
  })

  test('of a stream gets what is published, without chunk framing, until it is closed', async () => {
    const { engine, client } = await start(() => held('stream', 'room', 'hello\n'))
    const answer = await client.get('/').bodyHas('hello\n')
    expect(answer.headers).not.toHaveProperty('transfer-encoding')
    await engine.subscribed()
    await engine.publish(streamItem('one\n'), streamItem('two\n'))
    await answer.bodyHas('two\n')
    await engine.publish({ channel: 'room', formats: { 'http-stream': { action: 'close' } } })
    await answer.ended()
    expect(answer.body).toBe('hello\none\ntwo\n')
    expect(answer.stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR)
  })

  test('sends its head at once, though there is no body yet', async () => {
    const { client } = await start(() => held('stream'))
    expect((await client.get('/').answered()).status).toBe(200)
  })

  test('keeps alive', async () => {
    const { client } = await start(() => ({
      headers: {
        'Grip-Hold': 'stream',
        'Grip-Channel': 'room',
        'Grip-Keep-Alive': ': ka\\n\\n; format=cstring; timeout=1',
      },
      body: 'begin\n',
    }))
    const answer = await client.get('/').bodyHas(': ka\n\n')
    expect(answer.body).toBe('begin\n: ka\n\n')
  })

  test('200 streams on one connection all get a publish, each its own messages in order', async () => {
    const { engine, client } = await start(({ url }) => held('stream', url.slice(1), 'data: hi\n\n'))
    const rooms = Array.from({ length: 200 }, (_, i) => client.get(`/room-${i % 4}`))
    await Promise.all(rooms.map((room) => room.bodyHas('hi')))
    await engine.subscribed(200)
    const items = [0, 1, 2, 3].flatMap((room) =>
      ['a', 'b', 'c'].map((text) => streamItem(`data: ${room}${text}\n\n`, `room-${room}`)),
    )
    await engine.publish(...items)
    await Promise.all(rooms.map((room) => room.bodyHas('c\n\n')))
    rooms.forEach((room, i) => {
      expect(room.body).toBe(`data: hi\n\n${['a', 'b', 'c'].map((text) => `data: ${i % 4}${text}\n\n`).join('')}`)
    })
    const delivered = engine.sink.of('delivery').reduce((sum, { outcomes }) => sum + outcomes.length, 0)
    expect(delivered).toBe(600)
  })
})

describe('a client that leaves', () => {
  test('by resetting the stream ends its hold, and no other on the connection', async () => {
    const { engine, client } = await start(() => held('stream', 'room', 'hi\n'))
    const [one, two] = [client.get('/1'), client.get('/2')]
    await Promise.all([one.bodyHas('hi'), two.bodyHas('hi')])
    await engine.subscribed(2)
    one.stream.close(constants.NGHTTP2_CANCEL)
    await engine.sink.next('ended', ({ how }) => how === 'client-left')
    await engine.publish(streamItem('news\n'))
    await two.bodyHas('news')
    expect(engine.sink.of('ended')).toHaveLength(1)
    expect(engine.sink.of('delivery')[0]?.outcomes).toHaveLength(1)
  })

  test('by closing the connection ends all of its holds', async () => {
    const { engine, client } = await start(() => held('response'))
    for (const path of ['/1', '/2', '/3']) client.get(path)
    await engine.subscribed(3)
    client.close()
    await engine.sink.when(() => (engine.sink.of('ended').length === 3 ? true : undefined), 'three ends')
    expect(engine.sink.of('ended').map(({ how }) => how)).toEqual(['client-left', 'client-left', 'client-left'])
  })

  test('by GOAWAY keeps what is under way', async () => {
    const { engine, client } = await start(() => held('stream', 'room', 'hi\n'))
    const answer = await client.get('/').bodyHas('hi')
    await engine.subscribed()
    client.session.goaway(constants.NGHTTP2_NO_ERROR)
    await engine.publish(streamItem('late\n'))
    await answer.bodyHas('late')
  })

  test('while the backend is asked ends that request', async () => {
    const asked = signal()
    const gone = signal()
    const { engine, client } = await start((_request, _count, response) => {
      response.on('close', gone.give)
      asked.give()
      return undefined
    })
    const answer = client.get('/')
    await asked.given
    answer.stream.close(constants.NGHTTP2_CANCEL)
    await gone.given
    expect(await engine.sink.next('ended')).toMatchObject({ how: 'client-left' })
  })
})

function signal(): { given: Promise<void>; give(): void } {
  let give = (): void => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give }
}

describe('a slow reader', () => {
  test('of a stream hold is cut off at the bound, and the others on its connection go on', async () => {
    const { engine, client } = await start(({ url }) => held('stream', url.slice(1), 'hi\n'), undefined, {
      clientBufferMax: 200_000,
    })
    const [slow, other] = [client.get('/slow'), client.get('/other')]
    await Promise.all([slow.bodyHas('hi'), other.bodyHas('hi')])
    await engine.subscribed(2)
    slow.stream.pause()
    const content = 'x'.repeat(20_000)
    for (let i = 0; i < 40; i++) await engine.publish(streamItem(content, 'slow'))
    const ended = await engine.sink.next('ended')
    expect(ended).toMatchObject({
      how: 'client-slow',
      cause: { code: 'client-slow', max: 200_000 },
    })
    await engine.publish(streamItem('still here\n', 'other'))
    await other.bodyHas('still here')
    slow.stream.resume()
    await slow.ended()
    expect(slow.stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR)
  })

  test('of an answer slows the backend down, and gets all of it in the end', async () => {
    const size = 8 * 1024 * 1024
    let written = 0
    let waits: ((so: number) => void) | undefined
    const stopped = new Promise<number>((resolve) => {
      waits = resolve
    })
    const { client } = await start((_request, _count, response) => {
      response.writeHead(200, { 'Content-Length': String(size) })
      const part = Buffer.alloc(64 * 1024, 'y')
      let patience: NodeJS.Timeout | undefined
      const fill = (): void => {
        clearTimeout(patience)
        while (written < size) {
          written += part.length
          if (response.write(part)) continue
          response.once('drain', fill)
          patience = setTimeout(() => waits?.(written), 250)
          return
        }
        waits?.(written)
        response.end()
      }
      fill()
      return undefined
    })
    const answer = client.get('/')
    answer.stream.pause()
    await answer.answered()
    expect(await stopped).toBeLessThan(size)
    answer.stream.resume()
    await answer.until(() => answer.body.length === size, 'the whole answer', 10_000)
  })

  test('that takes nothing from its connection at all is cut off at the bound too', async () => {
    const { engine, port } = await start(() => held('stream', 'room', 'hi\n'), undefined, { clientBufferMax: 500_000 })
    const relay = await relayTo(port)
    const client = clientOf(relay.port, { initialWindowSize: 2 ** 30 })
    const answer = await client.get('/').bodyHas('hi')
    await engine.subscribed()
    client.session.setLocalWindowSize(2 ** 30)
    relay.pause()
    const content = 'x'.repeat(500_000)
    let sent = 0
    while (engine.sink.of('ended').length === 0 && sent < 100_000_000) {
      await engine.publish(streamItem(content))
      sent += content.length
    }
    expect(engine.sink.of('ended')[0]?.how).toBe('client-slow')
    // Its bound, and what the buffers of the system take.
    expect(sent).toBeLessThan(30_000_000)
    expect(answer.closed).toBe(false)
  })
})

/** Stands between a client and a port, and can stop to take what the port sends. */
async function relayTo(port: number): Promise<{ port: number; pause(): void }> {
  const ends: net.Socket[] = []
  const relay = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1')
    ends.push(near, far)
    near.on('error', () => {})
    far.on('error', () => {})
    near.pipe(far)
    far.on('data', (data) => near.write(data))
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    for (const end of ends) end.destroy()
    relay.close()
  })
  return { port: (relay.address() as net.AddressInfo).port, pause: () => ends[1]?.pause() }
}

describe('other clients of the same port', () => {
  test('speak HTTP/1.1', async () => {
    const { engine, port } = await start(() => held('stream', 'room', 'hi\n'))
    const request = https.get({ port, host: 'localhost', ca, path: '/' })
    open.push(() => request.destroy())
    const body = await new Promise<string>((resolve) => {
      request.on('response', (response) => {
        let text = ''
        response.setEncoding('latin1')
        response.on('data', (chunk: string) => {
          text += chunk
          if (text.includes('news')) resolve(text)
        })
      })
      engine.subscribed().then(() => engine.publish(streamItem('news\n')))
    })
    expect(body).toBe('hi\nnews\n')
    expect(engine.sink.of('request')[0]).toMatchObject({ httpVersion: '1.1', secure: true })
  })

  test('that do not trust the certificate are recorded, with the reason', async () => {
    const { engine, port } = await start(() => ({}))
    await expect(curl(`https://localhost:${port}/`)).rejects.toThrow()
    const ended = await engine.sink.next('ended')
    expect(messageOf(ended)).toBe(
      'the client does not trust the certificate: its authority must be trusted there first',
    )
    expect(engine.sink.of('request')[0]).toMatchObject({ secure: true, method: '' })
  })

  test('that speak plain HTTP are recorded, with the reason', async () => {
    const { engine, port } = await start(() => ({}))
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow()
    expect(withMessage(await engine.sink.next('ended')).message).toContain('the address must begin with https://')
  })

  test('that only connect and leave are not', async () => {
    const { engine, port, client } = await start(() => ({ body: 'x' }))
    const socket = net.connect(port, 'localhost', () => socket.destroy())
    await new Promise((resolve) => socket.once('close', resolve))
    await client.get('/').ended()
    expect(engine.sink.of('request')).toHaveLength(1)
  })

  test('curl, by HTTP/2 and by HTTP/1.1', async () => {
    const { port } = await start(() => ({ body: 'from the backend' }))
    const run = (version: string) =>
      curl('--insecure', version, '-w', ' HTTP/%{http_version}', `https://localhost:${port}/`)
    expect(await run('--http2')).toBe('from the backend HTTP/2')
    expect(await run('--http1.1')).toBe('from the backend HTTP/1.1')
  })
})

test('the end of the proxy ends its connections', async () => {
  const { engine, client } = await start(() => held('stream', 'room', 'hi\n'))
  const answer = await client.get('/').bodyHas('hi')
  const closed = new Promise((resolve) => client.session.once('close', resolve))
  await engine.engine.stop()
  await closed
  await answer.ended()
  expect(engine.engine.tls.state).toBe('off')
})
