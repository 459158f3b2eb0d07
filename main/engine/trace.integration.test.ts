// What an engine really emits, through log, reducer and exports: a long-poll, a stream, a WebSocket, failures, large bodies.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchSchema } from '../../preload/contract/pushes'
import { exchangeDetailsSchema, lanesSchema, publishDetailsSchema } from '../../preload/views'
import { FramePeer } from '../testing/frame-peer'
import { harOf } from '../testing/har'
import { RawClient } from '../testing/raw-client'
import { RecordingSink } from '../testing/recording-sink'
import { instruct, ScriptedBackend } from '../testing/scripted-backend'
import { control, events, WITH_GRIP } from '../testing/websocket-backend'
import { exchangeDetails } from '../trace/exchange-details'
import { channelLanes } from '../trace/lanes'
import { LiveTrace } from '../trace/live'
import { TraceLog } from '../trace/log'
import type { TraceModel } from '../trace/model'
import { publishDetails } from '../trace/publish-details'
import { exchangeBody } from '../trace/shown-body'
import { wsMessagePage } from '../trace/ws-messages'
import { Engine } from './engine'

const BODY_LIMIT = 5000

/** Keeps the events twice: to be waited for, and in a log as the app does. */
class BothSinks extends RecordingSink {
  readonly log = new TraceLog({ bodyLimit: BODY_LIMIT })

  override emit(event: Parameters<RecordingSink['emit']>[0]): void {
    this.log.emit(event)
    super.emit(event)
  }
}

let sink: BothSinks
let backend: ScriptedBackend
let engine: Engine
let live: LiveTrace

beforeEach(async () => {
  sink = new BothSinks(BODY_LIMIT)
  live = new LiveTrace(sink.log)
  backend = await ScriptedBackend.start(({ url, body }) => {
    if (url === '/poll')
      return instruct({ hold: { mode: 'response', channels: [{ name: 'c' }] }, response: { body: 'none' } })
    if (url === '/stream')
      return instruct({ hold: { mode: 'stream', channels: [{ name: 'c' }] }, response: { body: 'open;' } })
    if (url === '/bad') return instruct({ hold: { mode: 'sideways' } })
    if (url === '/large') return { body: Buffer.alloc(20_000, body.length > 0 ? 'b' : 'a') }
    if (url !== '/ws') return { status: 404 }
    if (body.includes('OPEN')) return events(['OPEN', control({ type: 'subscribe', channel: 'c' })], WITH_GRIP)
    return body.includes('CLOSE') ? events(['CLOSE 1000']) : events(['TEXT m:echo'])
  })
  const lines = [
    `* 127.0.0.1:${backend.port}`,
    `*,path_beg=/ws 127.0.0.1:${backend.port},over_http`,
    '*,path_beg=/down 127.0.0.1:1',
  ]
  const ports = { listen: '127.0.0.1', proxyPort: 0, publishPort: 0, allowedOrigins: [] }
  const routes = { kind: 'lines', lines } as const
  engine = new Engine({ ...ports, routes, sigIss: 'pushpin', sigKey: 'changeme', messageWait: 500, debug: false }, sink)
  await engine.start()
})
afterEach(async () => {
  live.stop()
  await engine.stop()
  await backend.stop()
})

const ended = (x: number) => sink.next('ended', (event) => event.x === x)
const held = (x: number) => sink.next('subscribed', (event) => event.x === x)
const publish = (item: Record<string, unknown>) => engine.publishJson({ channel: 'c', ...item })

function details(model: TraceModel, x: number) {
  return exchangeDetailsSchema.parse(exchangeDetails(model, x))
}

async function valid(model: TraceModel) {
  const { har } = await harOf(model, { epoch: sink.log.epoch, now: sink.log.now() })
  return har.log.entries
}

describe('the trace of', () => {
  it('a long-poll that a publish answers', async () => {
    const client = RawClient.get(engine.proxy.port, '/poll')
    await held(1)
    expect((await live.model()).exchanges.get(1)).toMatchObject({ state: 'held', kind: 'long-poll', holding: true })
    publish({ id: '1', formats: { 'http-response': { body: 'news' } } })
    await client.bodyHas('news')
    await sink.next('delivery')
    const model = await live.model()
    const found = details(model, 1)
    expect(found.row).toMatchObject({ state: 'delivered', status: 200, channels: ['c'], delivered: 1, responseSize: 4 })
    expect(found.instruct).toMatchObject({ accepted: true, mode: 'response', channels: [{ name: 'c' }] })
    expect(found.deliveries).toMatchObject([{ publish: 1, outcome: 'delivered', why: 'answered the held request' }])
    expect(found.story.spans).toHaveLength(1)
    expect(Buffer.from((await exchangeBody(model, 1, 'response'))?.base64 ?? '', 'base64').toString()).toBe('news')
    expect(publishDetailsSchema.parse(publishDetails(model, 1, 0, 10)).outcomes).toMatchObject([{ exchange: 1 }])
    const [entry] = await valid(model)
    expect(entry?.response.content.text).toBe('news')
    // As it was on the wire.
    expect(entry?.response.headersSize).toBe(client.head.length + 4)
    client.close()
  })

  it('a stream and a WebSocket on one channel', async () => {
    const stream = RawClient.get(engine.proxy.port, '/stream')
    await held(1)
    const socket = await FramePeer.connect(engine.proxy.port, '/ws').opened()
    await held(2)
    socket.send('TEXT hi')
    await socket.nth(1)
    publish({ id: 'a', formats: { 'http-stream': { content: 'one;' }, 'ws-message': { content: 'uno' } } })
    publish({ id: 'c', 'prev-id': 'b', formats: { 'http-stream': { content: 'three;' } } })
    await stream.bodyHas('three;')
    expect(await socket.nth(2)).toBe('TEXT uno')
    socket.send('CLOSE 1000')
    await ended(2)
    stream.close()
    await ended(1)
    const model = await live.model()
    expect(Buffer.from((await exchangeBody(model, 1, 'response'))?.base64 ?? '', 'base64').toString()).toBe(
      'open;one;three;',
    )
    const lanes = lanesSchema.parse(channelLanes(model, 'c'))
    expect(lanes.lanes.map(({ exchange, kind }) => [exchange, kind])).toEqual([
      [1, 'stream'],
      [2, 'websocket'],
    ])
    expect(lanes.crossings.map(([lane, place]) => [lane, place])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ])
    expect(details(model, 1).deliveries.map(({ why }) => why)).toContain('sent without its prev-id b, which never came')
    const messages = wsMessagePage(model, 2, 0, 100)?.messages ?? []
    expect(details(model, 2).messages).toBe(messages.length)
    expect(messages.map(({ from, kind, text }) => `${from} ${kind} ${text}`)).toEqual(
      expect.arrayContaining(['client text hi', 'backend text m:echo', 'publish text uno', 'client close 1000']),
    )
    const entries = await valid(model)
    const upgraded = new Map(entries[1]?.response.headers.map(({ name, value }) => [name, value]))
    expect(upgraded.get('Upgrade')).toBe('websocket')
    expect(upgraded.get('Connection')).toBe('Upgrade')
    expect(upgraded.get('Sec-WebSocket-Accept')).toMatch(/^[\w+/]{27}=$/)
    expect(entries[1]?._webSocketClose).toMatchObject({ code: 1000 })
    const exported = entries[1]?._webSocketMessages as { type: string; data: string }[]
    expect(exported.map(({ type, data }) => `${type} ${data}`)).toEqual(
      expect.arrayContaining(['send hi', 'receive echo', 'receive uno']),
    )
  })

  it('bodies that are larger than what is kept', async () => {
    const head = 'POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n'
    const client = RawClient.open(engine.proxy.port).send(head + 'x'.repeat(30_000))
    await ended(1)
    const model = await live.model()
    const { requestBody, response, row } = details(model, 1)
    expect(requestBody).toMatchObject({ size: 30_000, kept: BODY_LIMIT })
    expect(response?.body).toMatchObject({ size: 20_000, kept: BODY_LIMIT })
    expect(row).toMatchObject({ requestSize: 30_000, responseSize: 20_000 })
    const [entry] = await valid(model)
    expect(entry?.request.postData?.comment).toBe('the first 2500 and the last 2500 of 30000 bytes')
    client.close()
  })

  it('what failed', async () => {
    const bad = await RawClient.get(engine.proxy.port, '/bad').answered()
    const down = await RawClient.get(engine.proxy.port, '/down').answered()
    await RawClient.open(engine.proxy.port).send('garbage\r\n\r\n').ended()
    engine.publishJson({ formats: {} })
    const model = await live.model()
    expect([1, 2, 3].map((x) => details(model, x).row.note)).toEqual([
      'bad instruct: hold.mode',
      expect.stringMatching(/^nothing listens on 127\.0\.0\.1:\d+$/),
      'bad request',
    ])
    const { accepted, problems } = details(model, 1).instruct ?? {}
    expect([accepted, problems?.map(({ field }) => field)]).toEqual([false, ['hold.mode', 'hold.channels']])
    // What could not be read is no entry.
    expect(await valid(model)).toHaveLength(2)
    bad.close()
    down.close()
  })
})

it('a watcher hears of all of it, and memory stays within its limit', async () => {
  sink.log.memoryLimit = 100_000
  const rows = new Set<number>()
  const dropped = new Set<number>()
  let last = batchSchema.shape.status.parse({
    ...{
      recording: true,
      exchanges: 0,
      held: 0,
      channels: 0,
      publishes: 0,
      delivered: 0,
      missed: 0,
      unheard: 0,
      troubled: 0,
    },
    ...{ memoryUsed: 0, memoryLimit: 0, dropped: 0, now: 0, epoch: 0 },
  })
  const all = new Promise<void>((resolve) => {
    live.watch((batch) => {
      batchSchema.parse(batch)
      if (batch.reset) rows.clear()
      for (const { id } of batch.exchanges) rows.add(id)
      for (const id of batch.droppedExchanges) dropped.add(id)
      last = batch.status
      if (rows.has(101) && dropped.size > 0) resolve()
    })
  })
  const holder = RawClient.get(engine.proxy.port, '/poll')
  await held(1)
  for (let x = 2; x <= 101; x++) {
    const one = RawClient.open(engine.proxy.port).send('GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    await one.ended()
  }
  await all
  expect(last.memoryUsed).toBeLessThanOrEqual(100_000)
  expect(last.held).toBe(1)
  expect(dropped.has(1)).toBe(false)
  holder.close()
})
