// A client leaves, at each stage of an exchange: the backend's request ends at once, and the trace says so.
import { type EventEmitter, once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { instruct, ScriptedBackend } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

const ways = ['FIN', 'RST'] as const
type Way = (typeof ways)[number]

function leave(client: RawClient, way: Way): void {
  if (way === 'FIN') client.close()
  else client.reset()
}

/** Not `once`, which rejects with the error that comes before the close of a request that broke off. */
function closed(emitter: EventEmitter): Promise<unknown> {
  return new Promise((resolve) => emitter.once('close', resolve))
}

describe.each(ways)('a client that leaves by %s', (way) => {
  let t: TestEngine
  let server: http.Server
  let asked: Promise<[IncomingMessage, ServerResponse]>
  beforeEach(async () => {
    server = http.createServer()
    asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t = await startTestEngine(() => ({}), [`* 127.0.0.1:${(server.address() as AddressInfo).port}`])
  })
  afterEach(async () => {
    await t.nothingLeft()
    await t.stop()
    server.closeAllConnections()
    server.close()
  })

  async function expectLeft(): Promise<void> {
    expect(await t.sink.next('ended')).toMatchObject({ x: 1, how: 'client-left' })
    expect(t.sink.of('request')).toHaveLength(1)
    expect(t.sink.of('ended')).toHaveLength(1)
  }

  it('in the midst of its head is recorded, and no backend is asked', async () => {
    const client = RawClient.open(t.port).send('GET /half HTTP/1.1\r\nHost')
    await once(client.socket, 'connect')
    leave(client, way)
    if (way === 'FIN') await expectLeft()
    // A reset does not apply to what had come: there may have been nothing.
    await new Promise((resolve) => t.engine.stop().then(resolve))
    expect(t.sink.of('sent')).toEqual([])
  })

  it('in the midst of its body ends the request to the backend', async () => {
    const client = RawClient.open(t.port).send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
    const [request, response] = await asked
    const gone = Promise.all([closed(request), closed(response)])
    leave(client, way)
    await gone
    expect(request.complete).toBe(false)
    await expectLeft()
    expect(t.sink.of('request-end')).toEqual([])
  })

  it('in the midst of a chunked body ends the request to the backend', async () => {
    const client = RawClient.open(t.port)
    const half = `2710\r\n${'x'.repeat(10_000)}\r\n`
    client.send(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${half}5\r\nha`)
    const [request, response] = await asked
    const gone = Promise.all([closed(request), closed(response)])
    leave(client, way)
    await gone
    expect(request.complete).toBe(false)
    await expectLeft()
  })

  it('while the backend thinks ends the request to the backend', async () => {
    const client = RawClient.get(t.port, '/')
    const [, response] = await asked
    const gone = closed(response)
    leave(client, way)
    await gone
    expect(response.writableEnded).toBe(false)
    await expectLeft()
  })

  it('in the midst of the response ends it at the backend', async () => {
    const client = RawClient.get(t.port, '/')
    const [, response] = await asked
    response.write('first part')
    await client.bodyHas('first part')
    const gone = closed(response)
    leave(client, way)
    await gone
    await expectLeft()
    expect(t.sink.of('ended')[0]?.responseSize).toBe('first part'.length)
  })

  it('in the midst of the response that it does not read ends it at the backend', async () => {
    const client = RawClient.get(t.port, '/')
    client.socket.pause()
    const [, response] = await asked
    while (response.write(Buffer.alloc(1024 * 1024))) await new Promise(setImmediate)
    const gone = closed(response)
    // What was not read makes the system send a reset, whatever way is chosen.
    leave(client, way)
    await gone
    await expectLeft()
  })

  it('with a pipelined request behind the first: the second is never asked', async () => {
    const client = RawClient.open(t.port).send('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n')
    const [, response] = await asked
    const gone = closed(response)
    leave(client, way)
    await gone
    await expectLeft()
    await t.engine.stop()
    expect(t.sink.of('sent').map((event) => event.url)).toEqual(['/1'])
  })

  it('between two requests is no event', async () => {
    const client = RawClient.get(t.port, '/')
    const [, response] = await asked
    response.end('ok')
    await client.bodyHas('ok')
    await t.sink.next('ended')
    leave(client, way)
    await t.engine.stop()
    expect(t.sink.story(1)).toBe('request sent answered response answer-end ended')
    expect(t.sink.of('request')).toHaveLength(1)
  })
})

describe.each(ways)('a client that leaves by %s while it is held', (way) => {
  let t: TestEngine
  afterEach(async () => {
    await t.nothingLeft()
    await t.stop()
  })

  it.each(['response', 'stream'])('on a %s gives up its subscriptions, and the backend is not asked', async (mode) => {
    t = await startTestEngine(() => instruct({ hold: { mode, channels: [{ name: 'a' }, { name: 'b' }] } }))
    t.sink.stopClock()
    const client = RawClient.get(t.port, '/')
    await t.subscribed(2)
    leave(client, way)
    await t.sink.next('ended')
    expect(t.sink.story(1)).toMatch(/^request sent answered answer-end instruct .*held subscribed subscribed ended$/)
    expect(t.sink.of('ended')[0]?.how).toBe('client-left')
    await t.publish({ channel: 'a', formats: { 'http-response': { body: 'x' }, 'http-stream': { content: 'x' } } })
    const delivery = await t.sink.next('delivery')
    expect([...delivery.exchanges]).toEqual([])
    expect(t.backend.requests).toHaveLength(1)
  })

  it('while its next link is asked ends that request too', async () => {
    const linked = new Promise<ServerResponse>((resolve) => {
      void startTestEngine(({ url }, _count, response) => {
        if (url === '/next') {
          resolve(response)
          return undefined
        }
        return { headers: { 'Grip-Link': '</next>; rel=next' }, body: 'first' }
      }).then((engine) => {
        t = engine
        client = RawClient.get(t.port, '/')
      })
    })
    let client: RawClient | undefined
    const response = await linked
    const gone = closed(response)
    if (client) leave(client, way)
    await gone
    expect((await t.sink.next('ended')).how).toBe('client-left')
  })

  it('between two tries of asking again is not asked for any more', async () => {
    const dead = await ScriptedBackend.start()
    const { port } = dead
    await dead.stop()
    let count = 0
    t = await startTestEngine(() => {
      count++
      return instruct({ hold: { mode: 'response', channels: [{ name: 'a' }] } })
    })
    t.sink.stopClock()
    const client = RawClient.get(t.port, '/')
    await t.subscribed()
    // From now on the backend refuses.
    await t.engine.setRoutes({ kind: 'lines', lines: [`* 127.0.0.1:${port}`] })
    const { publish } = t
    await t.backend.stop()
    await publish({ channel: 'a', formats: { 'http-response': { action: 'hint' } } })
    await t.sink.next('backend-failed')
    leave(client, way)
    await t.sink.next('ended')
    t.sink.pass(60_000)
    await t.engine.stop()
    expect(count).toBe(1)
    expect(t.sink.of('sent')).toHaveLength(2)
  })
})
