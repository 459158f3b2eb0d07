// A publish call of very many items goes out in turns: others are answered meanwhile, and the order stays.
import { afterEach, expect, it } from 'vitest'
import { RawClient } from '../testing/raw-client'
import { instruct } from '../testing/scripted-backend'
import { startTestEngine } from '../testing/test-engine'

const COUNT = 15_000
const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

it('lets others be answered, and what is published later goes out later', async () => {
  const t = await startTestEngine(({ url }) =>
    url === '/held'
      ? instruct({ hold: { mode: 'stream', channels: [{ name: 'room' }] }, response: { body: 'held;' } })
      : { body: 'others' },
  )
  open.push(t)
  const clients = Array.from({ length: 4 }, () => RawClient.get(t.port, '/held'))
  open.push({ stop: () => clients.map((client) => client.close()) })
  await t.subscribed(4)
  // It asks again and again, for as long as anything is to be sent.
  const asking = RawClient.open(t.port)
  open.push({ stop: () => asking.close() })
  const ask = () => asking.send('GET /other HTTP/1.1\r\nHost: test\r\n\r\n')
  asking.socket.on('data', () => t.sink.of('delivery').length < COUNT && ask())
  ask()
  const item = (content: string) => ({ channel: 'room', 'http-stream': { content } })
  const first = t.publish(...Array.from({ length: COUNT }, (_, i) => item(`${i};`)))
  await t.sink.when(() => (t.sink.of('publish').length > 0 ? true : undefined), 'the first publish')
  const later = await Promise.all(['x', 'y'].map((name) => t.publish(item(name))))
  expect([await first, ...later].map(({ status }) => status)).toEqual([200, 200, 200])
  const end = () => (t.sink.of('delivery').length === COUNT + 2 ? true : undefined)
  await t.sink.when(end, 'all deliveries', 20_000)
  const { events } = t.sink
  const places = events.flatMap(({ type }, i) => (type === 'delivery' ? [i] : []))
  const between = events.slice(places[0], places.at(-1)).filter(({ type }) => type === 'response')
  expect(between.length).toBeGreaterThan(2)
  const numbers = t.sink.of('delivery').map(({ p }) => p)
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  const all = Array.from({ length: COUNT }, (_, i) => `${i};`).join('')
  for (const client of clients) {
    await client.bodyHas('y')
    expect(client.body.replace('held;', '').replace(/[xy]{2}$/, '')).toBe(all)
  }
})

it('a call that comes behind it on the same connection is answered after it', async () => {
  const t = await startTestEngine(() => ({}))
  open.push(t)
  const items = Array.from({ length: COUNT }, () => ({ channel: 'c', 'http-stream': { content: 'x' } }))
  const call = (body: string) =>
    `POST /publish/ HTTP/1.1\r\nHost: test\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const publisher = RawClient.open(t.engine.publish.port)
  open.push({ stop: () => publisher.close() })
  publisher.send(
    call(JSON.stringify({ items })) + call('{"items":[{"channel":"last","http-stream":{"content":""}}]}') + call('{'),
  )
  await publisher.has('Invalid format', 20_000)
  expect(publisher.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400'])
  const published = t.sink.of('publish')
  expect([published.length, published.at(-1)?.channel]).toEqual([COUNT + 1, 'last'])
})
