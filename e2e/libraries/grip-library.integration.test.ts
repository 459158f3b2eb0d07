// What @fanoutio/grip and @fanoutio/serve-grip write and read, piece by piece, against the engine.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  Channel,
  GripInstruct,
  HttpResponseFormat,
  HttpStreamFormat,
  Publisher,
  parseGripUri,
  WebSocketMessageFormat,
} from '@fanoutio/grip'
import type { IRequestGrip, IResponseGrip } from '@fanoutio/serve-grip'
import { ServeGrip } from '@fanoutio/serve-grip/node'
import { fetch as undiciFetch } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Engine, type EngineOptions } from '../../main/engine/engine'
import { engineOptions } from '../../main/testing/engine-options'
import { RawClient } from '../../main/testing/raw-client'
import { RecordingSink } from '../../main/testing/recording-sink'
import { type OpenSocket, openSocket } from './clients'

type GripRequest = IncomingMessage & { grip: IRequestGrip }
type GripResponse = ServerResponse & { grip: IResponseGrip }

/** What a test's backend does with a request that serve-grip has looked at. */
type Handler = (request: GripRequest, response: GripResponse) => void | Promise<void>

let handler: Handler
let engine: Engine
let sink: RecordingSink
let seen: IRequestGrip[]
let signatures: string[]
let serveGrip: ServeGrip
const clients: { close(): void }[] = []

const server = createServer(async (request, response) => {
  if (!(await serveGrip.run(request, response))) return
  const [asked, answer] = [request as GripRequest, response as GripResponse]
  seen.push(asked.grip)
  signatures.push(String(request.headers['grip-sig']))
  await handler(asked, answer)
})

async function startEngine(options: Partial<EngineOptions> = {}): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  engine = new Engine(engineOptions([`* 127.0.0.1:${port},over_http`], options), sink)
  await engine.start()
}

/** What GRIP_URL says, with these parameters. */
function gripUrl(parameters: string): string {
  return `http://127.0.0.1:${engine.publish.port}/?${parameters}`
}

/** The engine brings its own undici, which Node's fetch then uses too; that of Node 20 does not get on with it. */
function publisherOf(parameters: string, prefix = ''): Publisher {
  return new Publisher(parseGripUri(gripUrl(parameters)), { prefix, fetch: undiciFetch as unknown as typeof fetch })
}

function serveWith(parameters: string, options: { prefix?: string; gripProxyRequired?: boolean } = {}): Publisher {
  const publisher = publisherOf(parameters, options.prefix)
  serveGrip = new ServeGrip({ grip: publisher, ...options })
  return publisher
}

function ask(path: string): RawClient {
  const client = RawClient.get(engine.proxy.port, path)
  clients.push(client)
  return client
}

async function open(path: string): Promise<OpenSocket> {
  const opened = await openSocket(`ws://127.0.0.1:${engine.proxy.port}${path}`)
  clients.push({ close: () => opened.socket.terminate() })
  return opened
}

beforeEach(async () => {
  sink = new RecordingSink()
  seen = []
  signatures = []
  await startEngine()
  serveWith('verify-iss=pushpin&verify-key=changeme')
  handler = (_request, response) => void response.end('ok')
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await engine.stop()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

describe('the signature', () => {
  it('shows a request as proxied and signed', async () => {
    await ask('/').bodyHas('ok')
    expect(seen).toEqual([{ isProxied: true, isSigned: true, needsSigned: true, wsContext: null }])
  })

  it('shows a request as proxied where no key is known', async () => {
    serveWith('')
    await ask('/').bodyHas('ok')
    expect(seen[0]).toMatchObject({ isProxied: true, isSigned: false, needsSigned: false })
  })

  it.each([
    ['verify-key=changeme', true],
    ['verify-iss=pushpin&verify-key=changeme', true],
    [`verify-key=base64:${Buffer.from('changeme').toString('base64')}`, true],
    ['iss=pushpin&key=changeme', true],
    ['verify-iss=somebody&verify-key=changeme', false],
    ['verify-key=another', false],
  ])('with GRIP_URL …/?%s verifies: %s', async (parameters, isSigned) => {
    await ask('/').bodyHas('ok')
    const publisher = publisherOf(parameters)
    expect(await publisher.validateGripSig(signatures[0] ?? '')).toEqual({
      isProxied: isSigned,
      isSigned,
      needsSigned: true,
    })
  })

  it('is not there for who asks the backend itself', async () => {
    serveWith('verify-key=changeme', { gripProxyRequired: true })
    const { port } = server.address() as AddressInfo
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(501)
    expect(await (await fetch(`http://127.0.0.1:${engine.proxy.port}/`)).text()).toBe('ok')
  })
})

describe('instructs', () => {
  it('hold as a long-poll, with timeout, prev-id and meta', async () => {
    handler = (_request, response) => {
      const instruct = response.grip.startInstruct()
      instruct.addChannel([new Channel('a', '7'), new Channel('b')])
      instruct.setHoldLongPoll(20)
      instruct.meta = { user: 'alice "the first"' }
      response.end('nothing new')
    }
    ask('/')
    const held = await sink.next('held')
    expect(held).toMatchObject({ mode: 'response', timeout: 20_000, meta: { user: 'alice "the first"' } })
    await sink.when(() => (sink.of('subscribed').length === 2 ? true : undefined), 'both subscriptions')
    expect(sink.of('subscribed').map(({ channel, prevId }) => [channel, prevId])).toEqual([
      ['a', '7'],
      ['b', undefined],
    ])
  })

  it('turn a 304 into Grip-Status', async () => {
    handler = (_request, response) => {
      const instruct = response.grip.startInstruct()
      instruct.addChannel('a')
      instruct.setHoldStream()
      response.statusCode = 304
      response.end()
    }
    expect((await ask('/').answered()).status).toBe(304)
  })

  it('hold as a stream, with keep-alive and next link', async () => {
    handler = (_request, response) => {
      const instruct = new GripInstruct('a')
      instruct.setHoldStream()
      instruct.setKeepAlive('\n', 15)
      instruct.setNextLink('/next/', 30)
      response.writeHead(200, { 'Content-Type': 'text/plain', ...instruct.toHeaders() })
      response.end('open\n')
    }
    const client = await ask('/').bodyHas('open\n')
    expect(await sink.next('held')).toMatchObject({ mode: 'stream', keepAlive: 15_000, next: '/next/' })
    expect(client.head).not.toMatch(/grip-/i)
  })

  it('put the prefix before channels, and publishes too', async () => {
    const publisher = serveWith('verify-key=changeme', { prefix: 'app-' })
    handler = (_request, response) => {
      const instruct = response.grip.startInstruct()
      instruct.addChannel('news')
      instruct.setHoldStream()
      response.end('open\n')
    }
    const client = await ask('/').bodyHas('open\n')
    expect(await sink.next('subscribed')).toMatchObject({ channel: 'app-news' })
    await publisher.publishHttpStream('news', 'hello\n')
    await client.bodyHas('hello\n')
  })
})

describe('publishes', () => {
  beforeEach(() => {
    handler = (request, response) => {
      const instruct = response.grip.startInstruct()
      instruct.addChannel('a')
      if (request.url === '/stream/') instruct.setHoldStream()
      else instruct.setHoldLongPoll()
      response.end('open\n')
    }
  })

  it('answer a long-poll with status, headers and binary body', async () => {
    const client = ask('/')
    await sink.next('held')
    const format = new HttpResponseFormat({
      code: '201',
      reason: 'Made',
      headers: { 'X-From': 'publish' },
      body: new Uint8Array([0xff, 0x00, 0x41]),
    })
    await serveGrip.getPublisher().publishHttpResponse('a', format, '2', '1')
    await client.bodyHas('A')
    expect(client.head).toMatch(/^HTTP\/1\.1 201 Made\r\n/)
    expect(client.header('X-From')).toBe('publish')
    expect(client.body).toBe('\xff\x00A')
  })

  it('go into a stream as text and as bytes, and close it', async () => {
    const client = await ask('/stream/').bodyHas('open\n')
    const publisher = serveGrip.getPublisher()
    await publisher.publishHttpStream('a', 'text ')
    await publisher.publishHttpStream('a', new HttpStreamFormat(new Uint8Array([0x42, 0xfe])))
    await publisher.publishHttpStream('a', new HttpStreamFormat(null, true))
    await client.until(() => client.text.endsWith('\r\n0\r\n\r\n'), 'end of the stream')
    expect(client.body).toBe('open\ntext B\xfe')
    expect(await sink.next('ended')).toMatchObject({ how: 'closed' })
  })

  it('carry the authorization that a library sends', async () => {
    const client = await ask('/stream/').bodyHas('open\n')
    await publisherOf('iss=pushpin&key=changeme').publishHttpStream('a', 'signed ')
    await publisherOf('key=a-token').publishHttpStream('a', 'with a token ')
    await client.bodyHas('signed with a token ')
  })

  it('are refused with words that the library passes on', async () => {
    const publish = serveGrip.getPublisher().publishFormats('a', [])
    await expect(publish).rejects.toMatchObject({
      context: { statusCode: 400, httpBody: expect.stringContaining('formats') },
    })
  })
})

describe('WebSockets', () => {
  beforeEach(() => {
    handler = ({ grip: { wsContext } }, response) => {
      if (!wsContext) throw new Error('not a WebSocket')
      if (wsContext.isOpening()) {
        wsContext.accept()
        wsContext.subscribe('a')
      }
      while (wsContext.canRecv()) {
        const message = wsContext.recvRaw()
        if (message === null) {
          wsContext.close(wsContext.closeCode ?? 1000)
          break
        }
        if (message === 'leave') wsContext.unsubscribe('a')
        else if (message === 'detach') wsContext.detach()
        else if (message === 'close') wsContext.close(4321)
        else if (message === 'close without a code') wsContext.close()
        else if (typeof message === 'string') wsContext.send(message)
        else wsContext.sendBinary(message)
      }
      response.end()
    }
  })

  it('echo text and binary, and take publishes of both', async () => {
    const { socket, messages } = await open('/')
    await sink.next('subscribed')
    socket.send('text')
    socket.send(Buffer.from([1, 2, 3]))
    const publisher = serveGrip.getPublisher()
    expect(await messages.first(2)).toEqual(['text', '\x01\x02\x03'])
    await publisher.publishFormats('a', new WebSocketMessageFormat('published'))
    await publisher.publishFormats('a', new WebSocketMessageFormat(new Uint8Array([4, 5])))
    expect((await messages.first(4)).slice(2)).toEqual(['published', '\x04\x05'])
    expect(seen[0]).toMatchObject({ isProxied: true, isSigned: true })
  })

  it('are closed by a publish', async () => {
    const { closed } = await open('/')
    await sink.next('subscribed')
    await serveGrip.getPublisher().publishFormats('a', new WebSocketMessageFormat(null, true, 4500))
    expect(await closed).toBe(4500)
  })

  it('unsubscribe', async () => {
    const { socket } = await open('/')
    await sink.next('subscribed')
    socket.send('leave')
    expect(await sink.next('unsubscribed')).toMatchObject({ channel: 'a' })
  })

  it('go on without the backend once detached', async () => {
    const { socket, messages } = await open('/')
    await sink.next('subscribed')
    socket.send('detach')
    // The request after the detaching one tells the backend that it is over (as Pushpin does).
    await sink.when(() => (sink.of('answer-end').length === 3 ? true : undefined), 'answer to the last request')
    expect(Buffer.from(sink.of('sent')[2]?.body ?? []).toString()).toBe('CLOSE\r\n')
    socket.send('into the void')
    await serveGrip.getPublisher().publishFormats('a', new WebSocketMessageFormat('still there'))
    expect(await messages.first(1)).toEqual(['still there'])
    expect(sink.of('sent')).toHaveLength(3)
  })

  it('close with the code of the backend', async () => {
    const { socket, closed } = await open('/')
    socket.send('close')
    expect(await closed).toBe(4321)
  })

  it('close where the library sends its default code, 0', async () => {
    const { socket, closed } = await open('/')
    socket.send('close without a code')
    expect(await closed).toBeGreaterThanOrEqual(1000)
  })
})
