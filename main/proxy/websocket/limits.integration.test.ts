// The limits of WebSockets are options, and whoever reaches one finds it in the trace.
import { afterEach, expect, it, vi } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { HttpRequest } from '../../testing/http-request'
import { messageOf, withMessage } from '../../testing/said'
import type { ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, EVENTS, events, onUpgrade, WITH_GRIP } from '../../testing/websocket-backend'
import type { Limits } from '../settings/options'

const ROUTES = ['* BACKEND,over_http', '*,path_beg=/plain/ BACKEND', '*,path_beg=/sj,sockjs=/sj BACKEND,over_http']

let t: TestEngine
const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) one.stop()
  await t.stop()
})

async function start(proxy: Partial<Limits>, handler: Parameters<typeof startTestEngine>[0]): Promise<void> {
  t = await startTestEngine(handler, ROUTES, { proxy })
  t.sink.stopClock()
}

function connect(path = '/chat'): FramePeer {
  const peer = FramePeer.connect(t.port, path)
  open.push({ stop: () => peer.vanish() })
  return peer
}

const opened = async (): Promise<FramePeer> => {
  const peer = connect()
  await peer.opened()
  return peer
}

it('subscriptionMax leaves channels out, and says which', async () => {
  const messages = ['a', 'b', 'c'].map((channel) => control({ type: 'subscribe', channel }))
  await start({ subscriptionMax: 2 }, (_request, count) =>
    count === 1 ? events(['OPEN', ...messages], WITH_GRIP) : events([]),
  )
  await opened()
  const reached = await t.sink.next('limit')
  expect(reached).toMatchObject({ x: 1, limit: 'subscriptionMax' })
  expect(messageOf(reached)).toBe("channel 'c' is left out: the connection listens to 2 already")
  expect(t.sink.of('subscribed').map((e) => e.channel)).toEqual(['a', 'b'])
})

it('webSocketEventsMax makes a client wait that is faster than its backend', async () => {
  let answer: (value: ScriptedAnswer) => void = () => {}
  await start({ webSocketEventsMax: 1000 }, (_request, count) =>
    count === 1
      ? events(['OPEN'])
      : count === 2
        ? new Promise<ScriptedAnswer>((resolve) => {
            answer = resolve
          })
        : events([]),
  )
  const peer = await opened()
  for (let i = 0; i < 4; i++) peer.send(`TEXT ${'x'.repeat(400)}`)
  expect(withMessage(await t.sink.next('limit'))).toMatchObject({
    limit: 'webSocketEventsMax',
    message: '1000 bytes of events wait for the backend: until then, the proxy reads no more from the client',
  })
  await vi.waitFor(() => expect(t.backend.requests).toHaveLength(2))
  const messages = () => t.sink.of('ws-message').filter((e) => e.from === 'client')
  expect(messages()).toHaveLength(3)
  answer(events([]))
  await vi.waitFor(() => expect(messages()).toHaveLength(4))
  expect(t.sink.of('limit')).toHaveLength(1)
})

it('webSocketEventsMax closes on a longer message', async () => {
  await start({ webSocketEventsMax: 1000 }, (_request, count) => events(count === 1 ? ['OPEN'] : []))
  const peer = await opened()
  peer.send(`TEXT ${'x'.repeat(1001)}`)
  expect(await peer.nth(1)).toBe('CLOSE 1009 a message is longer than 1000 bytes')
  expect(await t.sink.next('ended')).toMatchObject({
    how: 'bad-request',
    cause: { code: 'client-protocol', fault: { code: 'frame-message-long', max: 1000 }, close: 1009 },
  })
})

it('webSocketAnswerMax ends the connection', async () => {
  await start({ webSocketAnswerMax: 1000 }, (_request, count) =>
    count === 1 ? events(['OPEN']) : { headers: EVENTS, body: 'x'.repeat(1001) },
  )
  const peer = await opened()
  peer.send('TEXT hello')
  expect(await t.sink.next('ended')).toMatchObject({
    how: 'backend-failed',
    cause: { code: 'events-too-long', max: 1000 },
  })
})

it.each(['/chat', '/plain/'])('webSocketRejectionMax cuts a rejection (%s)', async (path) => {
  await start({ webSocketRejectionMax: 1000 }, () => ({ status: 403, body: 'x'.repeat(2000) }))
  if (path === '/plain/')
    onUpgrade(t.backend, ({ socket }) => {
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: 2000\r\n\r\n${'x'.repeat(2000)}`)
    })
  const peer = connect(path)
  await vi.waitFor(() => expect(peer.body).toBe('x'.repeat(1000)))
  expect(t.sink.of('limit').map(withMessage)).toMatchObject([
    { limit: 'webSocketRejectionMax', message: "of the rejection's body only 1000 bytes go on" },
  ])
})

it('a rejection of just that length is whole', async () => {
  await start({ webSocketRejectionMax: 1000 }, () => ({ status: 403, body: 'x'.repeat(1000) }))
  const peer = connect()
  await vi.waitFor(() => expect(peer.body).toBe('x'.repeat(1000)))
  expect(t.sink.of('limit')).toEqual([])
})

it('sockjsBodyMax refuses a longer request', async () => {
  await start({ sockjsBodyMax: 1000 }, (_request, count) => events(count === 1 ? ['OPEN'] : []))
  await new HttpRequest(t.port, 'POST', '/sj/000/s/xhr').done()
  const body = JSON.stringify(['x'.repeat(1000)])
  const { status } = await new HttpRequest(t.port, 'POST', '/sj/000/s/xhr_send', { body }).done()
  expect(status).toBe(400)
  expect(withMessage(await t.sink.next('ended', (e) => e.how === 'bad-request'))).toMatchObject({
    message: 'the request is longer than 1000 bytes (sockjsBodyMax)',
  })
})

it('sockjsSessionMax refuses more sessions', async () => {
  await start({ sockjsSessionMax: 1 }, (_request, count) => events(count === 1 ? ['OPEN'] : []))
  await new HttpRequest(t.port, 'POST', '/sj/000/s/xhr').done()
  const { status } = await new HttpRequest(t.port, 'POST', '/sj/000/other/xhr').done()
  expect(status).toBe(503)
  expect(withMessage(await t.sink.next('ended', (e) => e.how === 'not-supported'))).toMatchObject({
    message: '1 SockJS sessions are open already (sockjsSessionMax)',
  })
})
