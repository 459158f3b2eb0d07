import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ConnectionState, createWebBridge, type SocketEvents, type WebBridge } from './web-bridge'

interface Opened {
  readonly events: SocketEvents
  readonly sent: Record<string, unknown>[]
  closed: boolean
}

let sockets: Opened[]
let bridge: WebBridge
let states: ConnectionState[]

beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
  states = []
  bridge = createWebBridge((events) => {
    const opened: Opened = { events, sent: [], closed: false }
    sockets.push(opened)
    return {
      send: (data) => void opened.sent.push(JSON.parse(data)),
      close: () => {
        opened.closed = true
      },
    }
  })
  bridge.onConnection((state) => states.push(state))
})
afterEach(() => {
  bridge.close()
  vi.useRealTimers()
})

const socket = (index = sockets.length - 1): Opened => {
  const found = sockets[index]
  if (!found) throw new Error(`no socket ${index}`)
  return found
}
const reply = (seq: unknown, value: unknown) =>
  socket().events.message(JSON.stringify({ type: 'reply', seq, reply: { ok: true, value } }))

test('calls made while connecting wait for the connection', async () => {
  const answer = bridge.call('app.state', null)
  expect(socket().sent).toEqual([])
  socket().events.opened()
  expect(socket().sent).toEqual([{ type: 'call', seq: 1, name: 'app.state', input: null }])
  reply(1, 'here')
  expect(await answer).toEqual({ ok: true, value: 'here' })
  expect(states).toEqual(['connecting', 'ready'])
})

test('replies find their calls in any order', async () => {
  socket().events.opened()
  const first = bridge.call('a', 1)
  const second = bridge.call('b', 2)
  reply(2, 'two')
  reply(1, 'one')
  expect(await first).toMatchObject({ value: 'one' })
  expect(await second).toMatchObject({ value: 'two' })
})

test('a lost connection fails the calls under way, and is taken up again with the watch', async () => {
  const pushes: unknown[] = []
  bridge.watch((push) => pushes.push(push))
  socket().events.opened()
  expect(socket().sent).toEqual([{ type: 'watch' }])
  const answer = bridge.call('a', null)
  socket().events.closed()
  expect(await answer).toMatchObject({ ok: false, error: { code: 'internal' } })
  expect(await bridge.call('b', null)).toMatchObject({ ok: false })
  vi.advanceTimersByTime(250)
  expect(sockets).toHaveLength(2)
  socket().events.opened()
  expect(socket().sent).toEqual([{ type: 'watch' }])
  socket().events.message(JSON.stringify({ type: 'push', push: { type: 'batch' } }))
  expect(pushes).toEqual([{ type: 'batch' }])
  expect(states).toEqual(['connecting', 'ready', 'lost', 'ready'])
})

test('the pauses between tries grow, up to five seconds', () => {
  const pauses: number[] = []
  for (let tries = 0; tries < 7; tries += 1) {
    socket().events.closed()
    const before = sockets.length
    let waited = 0
    while (sockets.length === before) {
      vi.advanceTimersByTime(50)
      waited += 50
    }
    pauses.push(waited)
  }
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000])
})

test('what is no message of the contract is left out', async () => {
  socket().events.opened()
  const answer = bridge.call('a', null)
  for (const data of ['{', '{}', '{"type":"reply"}', null, new ArrayBuffer(2)]) socket().events.message(data)
  reply(1, 'still')
  expect(await answer).toMatchObject({ value: 'still' })
})

test('the last watcher to go ends the flow', () => {
  socket().events.opened()
  const stopFirst = bridge.watch(() => {})
  const stopSecond = bridge.watch(() => {})
  stopFirst()
  expect(socket().sent).toEqual([{ type: 'watch' }])
  stopSecond()
  expect(socket().sent).toEqual([{ type: 'watch' }, { type: 'unwatch' }])
})

test('a closed bridge does not come back', () => {
  bridge.close()
  expect(socket().closed).toBe(true)
  socket().events.closed()
  vi.advanceTimersByTime(60_000)
  expect(sockets).toHaveLength(1)
})
