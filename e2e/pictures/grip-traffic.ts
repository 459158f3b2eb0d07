// Traffic that uses the rarer parts of GRIP, one after the other. Takes about ten seconds.
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { Push } from 'zeromq'
import type { GripBackend } from '../fixtures/grip-backend'
import { type Pending, publish, startAsking } from '../fixtures/http-client'

/** Milliseconds of one beat. */
const BEAT = 300

export interface GripPorts {
  readonly proxy: string
  readonly publish: string
  /** ZeroMQ's PULL socket. */
  readonly pull: string
}

/** Makes the traffic; what is returned lets go of the clients that are still there. */
export async function makeGripTraffic(ports: GripPorts, backend: GripBackend): Promise<() => void> {
  const clients: Pending[] = []
  const stay = (path: string, user: string): void => {
    clients.push(startAsking(ports.proxy + path, { headers: { 'x-user': user } }))
  }
  const send = (item: object): Promise<unknown> => publish(ports.publish, [item])
  const stream = (channel: string, content: string, more: object = {}): object => ({
    channel,
    ...more,
    formats: { 'http-stream': { content } },
  })
  const pushed = new Push()
  pushed.connect(ports.pull)

  for (const user of ['alice', 'bob']) stay('/moderated/', user)
  for (const user of ['carol', 'dave', 'frank']) stay('/ordered/', user)
  stay('/flaky/', 'grace')
  stay('/pages/', 'heidi')
  const socket = new WebSocket(`${ports.proxy.replace('http', 'ws')}/ws/`)
  await once(socket, 'open')
  await pause(BEAT)
  socket.send('hello')
  socket.ping('are you there?')
  await pause(BEAT)
  socket.send(Buffer.from([0, 1, 2, 254, 255]))
  await send({ channel: 'talk', formats: { 'ws-message': { content: '{"from":"frank","text":"Good morning"}' } } })
  await send(stream('moderated', 'first\n', { meta: { topic: 'public' } }))
  await send(stream('moderated', 'second\n', { meta: { topic: 'secret' } }))
  await send(stream('ordered', 'data: 2\n\n', { id: '2', 'prev-id': '1' }))
  await pause(BEAT)
  // 4 comes before 3 and waits for it.
  await send(stream('ordered', 'data: 4\n\n', { id: '4', 'prev-id': '3' }))
  await pause(BEAT * 3)
  await send(stream('ordered', 'data: 3\n\n', { id: '3', 'prev-id': '2' }))
  await pushed.send(`J${JSON.stringify(stream('ordered', 'data: 5\n\n', { id: '5', 'prev-id': '4' }))}`)
  await pushed.send(`J${JSON.stringify({ channel: 'talk', formats: { 'ws-message': { content: 'by ZeroMQ' } } })}`)
  // The hold has id 1, the message follows 7: the request goes to the backend again, and is away.
  await send({ channel: 'flaky', id: '8', 'prev-id': '7', formats: { 'http-response': { body: '8\n' } } })
  await pause(BEAT * 4)
  await backend.comeBack()
  // Nothing will ever come before this one.
  await send(stream('ordered', 'data: 9\n\n', { id: '9', 'prev-id': '8' }))
  await send({ channel: 'talk', formats: { 'ws-message': { action: 'close', code: 4001 } } })
  await pause(BEAT * 12)
  pushed.close()
  return () => {
    for (const client of clients) client.leave()
    socket.close()
  }
}
