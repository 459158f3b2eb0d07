// Real traffic for pictures: holds of every kind, deliveries and misses, and what goes wrong. Takes about five seconds.
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { ask, type Pending, publish, startAsking } from '../fixtures/http-client'

/** Milliseconds of one beat. */
const BEAT = 250

/** Makes the traffic; what is returned lets go of the clients that are still there. */
export async function makeTraffic(proxy: string, publishUrl: string): Promise<() => void> {
  const clients: Pending[] = []
  const stay = (path: string, who: string): void => {
    clients.push(startAsking(proxy + path, { headers: { 'user-agent': who } }))
  }
  const post = (): Promise<unknown> => ask(`${proxy}/counter/value/`, { method: 'POST' })
  const say = (room: string, id: number, words: string): Promise<unknown> =>
    publish(publishUrl, [
      {
        channel: `room-${room}`,
        id: String(id),
        ...(id > 1 && { 'prev-id': String(id - 1) }),
        formats: { 'http-stream': { content: `event: message\nid: ${id}\ndata: ${JSON.stringify({ words })}\n\n` } },
      },
    ])

  await ask(`${proxy}/counter/value/`)
  for (const who of ['alice', 'bob', 'carol']) stay('/counter/value/?last=0', who)
  stay('/events/?room=lobby', 'dave')
  const socket = new WebSocket(`${proxy.replace('http', 'ws')}/chat/`, { headers: { 'user-agent': 'erin' } })
  await new Promise((resolve) => socket.once('open', resolve))
  await pause(BEAT * 3)
  await say('lobby', 1, 'Hello from the backend')
  socket.send('hello')
  await pause(BEAT * 2)
  await post()
  await ask(`${proxy}/api/orders/?page=2`)
  for (const who of ['alice', 'bob']) stay('/counter/value/?last=1', who)
  stay('/events/?room=lobby', 'grace')
  await pause(BEAT * 2)
  await ask(`${proxy}/broken/`)
  await say('lobby', 2, 'Who is there?')
  const leaving = startAsking(`${proxy}/counter/value/?last=1`, { headers: { 'user-agent': 'frank' } })
  await pause(BEAT * 2)
  leaving.leave()
  await ask(`${proxy}/down/health/`)
  // No long-poll can take this: it has nothing but a stream's format.
  await publish(publishUrl, [{ channel: 'counter', formats: { 'http-stream': { content: 'data: 2\n\n' } } }])
  await publish(publishUrl, [{ channel: 'chat', formats: { 'ws-message': { content: '{"from":"grace"}' } } }])
  socket.send('{"typing":true}')
  await pause(BEAT * 2)
  await post()
  await ask(`${publishUrl}/publish/`, {
    method: 'POST',
    body: '{"items":[{"chanel":"counter","formats":{"http-response":{"body":"3"}}}]}',
  })
  const headers = { 'content-type': 'application/json', 'x-request-id': '7f3a' }
  await ask(`${proxy}/echo/`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ name: 'lobby', limit: 50, tags: ['a'] }),
  })
  for (const who of ['alice', 'bob', 'carol']) stay('/counter/value/?last=2', who)
  await say('lobby', 3, 'The last one for now')
  await publish(publishUrl, [{ channel: 'room-loby', formats: { 'http-stream': { content: 'data: lost\n\n' } } }])
  await pause(BEAT * 2)
  return () => {
    for (const client of clients) client.leave()
    socket.close()
  }
}
