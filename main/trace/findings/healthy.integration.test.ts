// Backends that do it right, in the ways there are: no rule has anything to say.
import { afterEach, expect, test } from 'vitest'
import { eventStream, FindingsTest, longPoll, streamItem } from '../../testing/findings-test'
import { FramePeer } from '../../testing/frame-peer'
import { instruct } from '../../testing/scripted-backend'
import { control, events, eventsIn, onUpgrade, WITH_GRIP } from '../../testing/websocket-backend'

let t: FindingsTest
const peers: FramePeer[] = []
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.vanish()
  await t.stop()
})
const connect = (path: string): FramePeer => {
  const peer = FramePeer.connect(t.engine.port, path)
  peers.push(peer)
  return peer
}
const silent = () => expect(t.all().map(({ rule, text }) => `${rule}: ${text}`)).toEqual([])
const responseItem = (channel: string, body: string, more: object = {}) => ({
  channel,
  formats: { 'http-response': { body } },
  ...more,
})

test('a counter for long-polls that come again, with ids', async () => {
  let value = 0
  t = await FindingsTest.start(({ url }) => {
    const last = Number(new URL(url, 'http://a').searchParams.get('last') ?? -1)
    return last === value ? longPoll({ name: 'counter', 'prev-id': `${value}` }) : { body: `${value}\n` }
  })
  expect((await t.get('/counter').whole()).body).toBe('0\n')
  for (let i = 0; i < 5; i++) {
    const polls = [await t.held(`/counter?last=${value}`), await t.held(`/counter?last=${value}`)]
    value++
    await t.publish(responseItem('counter', `${value}\n`, { id: `${value}`, 'prev-id': `${value - 1}` }))
    for (const poll of polls) expect((await poll.whole()).body).toBe(`${value}\n`)
  }
  silent()
})

test('rooms as event streams with keep-alives, and the same news for long-polls and sockets', async () => {
  t = await FindingsTest.start(({ url }) => {
    if (url.startsWith('/poll')) return longPoll('room-1')
    return instruct({
      hold: {
        mode: 'stream',
        channels: [{ name: url.slice(1) }],
        'keep-alive': { content: ': keep-alive\n\n', timeout: 20 },
      },
      response: { headers: { 'Content-Type': 'text/event-stream' }, body: 'event: open\ndata:\n\n' },
    })
  })
  const one = await t.held('/room-1')
  await t.held('/room-2')
  await t.held('/poll')
  const formats = {
    'http-stream': { content: 'id: 1\ndata: hello\n\n' },
    'http-response': { body: 'hello' },
    'ws-message': { content: 'hello' },
  }
  await t.publish({ channel: 'room-1', id: '1', formats })
  await one.bodyHas('hello')
  // Nobody is in these rooms, and nobody mistyped them.
  await t.publish(
    streamItem('room-3', 'data: x\n\n'),
    streamItem('user-alice', 'data: x\n\n'),
    streamItem('lobby', 'data: x\n\n'),
  )
  silent()
})

test('a chat by WebSocket over HTTP, and one whose backend speaks WebSocket without GRIP', async () => {
  t = await FindingsTest.start(
    (request) => {
      const [first = ''] = eventsIn(request)
      if (first === 'OPEN')
        return events(
          [
            'OPEN',
            control({ type: 'subscribe', channel: 'chat' }),
            control({ type: 'keep-alive', content: '', timeout: 30 }),
            'TEXT m:welcome',
          ],
          WITH_GRIP,
        )
      return events(first.startsWith('TEXT') ? ['TEXT m:thanks'] : first.startsWith('CLOSE') ? ['CLOSE'] : [])
    },
    ['*,path_beg=/over/ BACKEND,over_http', '* BACKEND'],
  )
  onUpgrade(t.engine.backend, ({ accept }) => void accept().send('TEXT c: hello'))
  const chat = connect('/over/chat')
  await chat.opened()
  await t.engine.subscribed()
  chat.send('TEXT hello')
  await t.publish({ channel: 'chat', formats: { 'ws-message': { content: 'news' } } })
  await connect('/plain').nth(1)
  await chat.nth(3)
  silent()
})

test('pages, JSON, downloads, errors, uploads, a stream of tokens', async () => {
  t = await FindingsTest.start(({ url, method }, _, response) => {
    if (url === '/tokens') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      for (const word of ['a', 'b', '[DONE]']) response.write(`data: ${word}\n\n`)
      response.end()
      return undefined
    }
    if (url === '/json')
      return { headers: { 'Content-Type': 'application/json' }, body: '{"hold": {"until": "friday"}}' }
    if (url === '/none') return { status: 204 }
    if (url === '/missing') return { status: 404, body: '{"error": "not found"}' }
    return { headers: { 'Content-Type': 'text/html' }, body: `<p>${method} {"hold": 1}` }
  })
  const paths = ['/tokens', '/json', '/none', '/missing', '/', '/json', '/']
  for (const path of paths) await (path === '/none' ? t.get(path).answered() : t.get(path).whole())
  const body = 'x'.repeat(100_000)
  await t
    .send(`POST /publish/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`)
    .ended()
  await t.ended(paths.length + 1)
  await t.publish(streamItem('nobody'), responseItem('nobody', 'x'))
  silent()
})

test('streams with next links and filters', async () => {
  t = await FindingsTest.start(({ url }) => {
    const hold = (prev: string) =>
      instruct({
        hold: {
          mode: 'stream',
          channels: [{ name: 'feed', 'prev-id': prev, filters: ['skip-self'] }],
          'keep-alive': { content: '\n', timeout: 20 },
          meta: { user: 'ann' },
        },
        response: { body: prev === '0' ? 'start\n' : '' },
      })
    const answer = hold(url.startsWith('/next') ? '2' : '0')
    return { ...answer, headers: { ...answer.headers, 'Grip-Link': '</next>; rel=next; timeout=60' } }
  })
  const client = await t.held('/feed')
  const step = (id: number, more: object = {}) =>
    streamItem('feed', `${id}\n`, { id: `${id}`, 'prev-id': `${id - 1}`, ...more })
  await t.publish(step(1))
  await t.publish(step(2, { meta: { sender: 'ann' } }))
  await t.publish(step(3, { meta: { sender: 'bob' } }))
  await client.bodyHas('3\n')
  expect(client.body).not.toContain('2\n')
  silent()
})

test('event streams that clients leave and come back to', async () => {
  t = await FindingsTest.start(() => eventStream('news'))
  for (let x = 1; x <= 3; x++) {
    const client = await t.held('/news')
    await t.publish(streamItem('news', 'data: a\r\n\r\n'))
    await client.bodyHas('data: a')
    client.close()
    await t.ended(x)
  }
  silent()
})
