// Statistics over ZeroMQ, read as a tool that watches a Pushpin would.
import { afterEach, expect, it } from 'vitest'
import { Subscriber } from 'zeromq'
import { decodeTnet, jsonOfTnet } from '../grip/tnetstring'
import { RawClient } from '../testing/raw-client'
import { instruct } from '../testing/scripted-backend'
import { startTestEngine } from '../testing/test-engine'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

it.each([true, false])('tells of connections, subscriptions and messages (recorded: %s)', async (recorded) => {
  const hold = instruct({ hold: { mode: 'stream', channels: [{ name: 'room' }] }, response: { body: 'begins\n' } })
  const t = await startTestEngine(() => hold, ['* BACKEND'], {
    zmq: { stats: 'tcp://127.0.0.1:*' },
  })
  open.push(t)
  t.sink.recording = recorded
  expect(t.engine.zmq).toMatchObject([{ role: 'stats', state: 'listening' }])
  const spec = t.engine.zmq[0]?.spec ?? ''
  const watcher = new Subscriber({ linger: 0, receiveTimeout: 5000 })
  open.push({ stop: () => watcher.close() })
  watcher.connect(spec)
  watcher.subscribe()
  // What is told before the watcher is connected is lost to it: so clients come until one is seen.
  let found: unknown
  for (let i = 0; i < 50 && found === undefined; i++) {
    const probe = await RawClient.get(t.port, '/').bodyHas('begins')
    probe.close()
    watcher.receiveTimeout = 100
    found = await watcher.receive().catch(() => undefined)
  }
  watcher.receiveTimeout = 5000
  const next = async (type: string, fits: (values: Record<string, unknown>) => boolean) => {
    for (;;) {
      const [message] = await watcher.receive()
      const [name, rest] = [message?.toString().split(' ', 1)[0], message?.subarray(message.indexOf(' ') + 2)]
      const decoded = decodeTnet(rest ?? Buffer.alloc(0))
      const values = decoded.ok ? (jsonOfTnet(decoded.value) as Record<string, unknown>) : {}
      if (name === type && fits(values)) return values
    }
  }
  const client = await RawClient.get(t.port, '/').bodyHas('begins')
  const sub = await next('sub', ({ subscribers }) => subscribers === 1)
  expect(sub).toEqual({ from: 'gripscope', mode: 'stream', channel: 'room', ttl: 60, subscribers: 1 })
  await t.publish({ channel: 'room', id: 'a', formats: { 'http-stream': { content: 'x' } } })
  const message = await next('message', () => true)
  expect(message).toEqual({ from: 'gripscope', channel: 'room', 'item-id': 'a', count: 1, transport: 'http-stream' })
  client.close()
  expect(await next('sub', ({ unavailable }) => unavailable === true)).toMatchObject({ channel: 'room' })
  expect(await next('conn', ({ unavailable }) => unavailable === true)).toMatchObject({ from: 'gripscope' })
  expect(t.sink.of('request').length > 0).toBe(recorded)
})

it('speaks JSON where that is wanted', async () => {
  const t = await startTestEngine(() => ({ body: 'ok' }), ['* BACKEND'], {
    zmq: { stats: 'tcp://127.0.0.1:*' },
    stats: { format: 'json', reportInterval: 100 },
  })
  open.push(t)
  const watcher = new Subscriber({ linger: 0, receiveTimeout: 5000 })
  open.push({ stop: () => watcher.close() })
  watcher.connect(t.engine.zmq[0]?.spec ?? '')
  watcher.subscribe('report')
  const [message] = await watcher.receive()
  expect(JSON.parse(message?.toString().replace(/^report J/, '') ?? '')).toMatchObject({ from: 'gripscope' })
})
