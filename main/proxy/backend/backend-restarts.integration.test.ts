// A backend that restarts under hundreds of held clients: nobody loses a connection, and its new life goes on with all.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/free-ports.mjs'
import { FramePeer } from '../../testing/frame-peer'
import { RawClient } from '../../testing/raw-client'
import { type Handler, instruct, ScriptedBackend } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, events, eventsIn, WITH_GRIP } from '../../testing/websocket-backend'

const MANY = 300
const PATIENCE = 30_000

let t: TestEngine
let backend: ScriptedBackend
let port: number
const clients: RawClient[] = []
const peers: FramePeer[] = []

/** What each of the backend's lives answers. */
const living =
  (life: string): Handler =>
  ({ url, ...request }) => {
    if (url.startsWith('/ws')) {
      const said = eventsIn({ url, ...request })
      if (said.includes('OPEN')) return events(['OPEN', control({ type: 'subscribe', channel: 'news' })], WITH_GRIP)
      return events(
        said.flatMap((event) => (event.startsWith('TEXT') ? [`TEXT m:${life} heard ${event.slice(5)}`] : [])),
      )
    }
    if (life === 'second') return { body: 'second' }
    const mode = url.startsWith('/stream') ? 'stream' : 'response'
    return instruct({ hold: { mode, channels: [{ name: 'news' }], timeout: 600 } })
  }

beforeEach(async () => {
  port = await freePort()
  backend = await ScriptedBackend.start(living('first'), port)
  const address = `127.0.0.1:${port}`
  t = await startTestEngine(() => ({}), [`* ${address}`, `*,path_beg=/ws ${address},over_http`])
  // A second after a channel came up its holds look for news, and would ask the backend: not in these tests.
  t.sink.stopClock()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  for (const peer of peers.splice(0)) peer.vanish()
  await t.nothingLeft()
  await t.stop()
  await backend.stop()
})

function get(path: string): RawClient {
  const client = RawClient.get(t.port, path)
  clients.push(client)
  return client
}

async function restart(): Promise<void> {
  backend = await ScriptedBackend.start(living('second'), port)
}

describe(`a backend that restarts under ${MANY}`, { timeout: 120_000 }, () => {
  it('long-polls leaves them held, and its new life can publish to all', async () => {
    const polls = Array.from({ length: MANY }, (_, i) => get(`/${i}`))
    await t.subscribed(MANY)
    await backend.stop()
    expect(polls.filter((client) => client.closed)).toEqual([])
    await restart()
    await t.publish({ channel: 'news', formats: { 'http-response': { body: 'all of you' } } })
    await Promise.all(polls.map((client) => client.whole(PATIENCE)))
    expect(polls.filter((client) => client.body !== 'all of you').map((client) => client.text)).toEqual([])
    expect((await get('/new').whole()).body).toBe('second')
    expect(t.sink.of('backend-failed')).toEqual([])
  })

  it('long-polls that ask again meanwhile: each is asked until it is back, and answered', async () => {
    const polls = Array.from({ length: MANY }, (_, i) => get(`/${i}`))
    await t.subscribed(MANY)
    await backend.stop()
    await t.publish({ channel: 'news', formats: { 'http-response': { action: 'hint' } } })
    await t.sink.when(() => (t.sink.of('backend-failed').length >= MANY ? true : undefined), 'failures', PATIENCE)
    expect(t.sink.of('ended')).toEqual([])
    await restart()
    t.sink.pass(3000)
    await Promise.all(polls.map((client) => client.whole(PATIENCE)))
    expect(polls.filter((client) => client.body !== 'second').map((client) => client.text)).toEqual([])
    expect(new Set(t.sink.of('ended').map(({ how }) => how))).toEqual(new Set(['complete']))
    expect(t.sink.of('backend-failed').every(({ code, again }) => code === 'ECONNREFUSED' && again)).toBe(true)
  })

  it('streams and WebSockets leaves them open; messages to it wait until it is back', async () => {
    const streams = Array.from({ length: MANY / 2 }, (_, i) => get(`/stream/${i}`))
    const sockets = Array.from({ length: MANY / 2 }, (_, i) => FramePeer.connect(t.port, `/ws/${i}`))
    peers.push(...sockets)
    await t.subscribed(MANY)
    await backend.stop()
    await t.publish({
      channel: 'news',
      formats: { 'http-stream': { content: 'to all;' }, 'ws-message': { content: 'to all' } },
    })
    await Promise.all(streams.map((client) => client.bodyHas('to all;', PATIENCE)))
    for (const peer of sockets) peer.send('TEXT hello')
    await t.sink.when(() => (t.sink.of('backend-failed').length >= MANY / 2 ? true : undefined), 'failures', PATIENCE)
    await restart()
    t.sink.pass(3000)
    await Promise.all(sockets.map((peer) => peer.until(() => peer.frames.length === 2, 'answers', PATIENCE)))
    for (const peer of sockets) expect(peer.frames).toEqual(['TEXT to all', 'TEXT second heard hello'])
    expect(t.sink.of('ended')).toEqual([])
  })
})
