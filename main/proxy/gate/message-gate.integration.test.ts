// WebSocket messages that are stopped at the gate, each way, over real sockets.
import { afterEach, expect, test, vi } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { TestGuard } from '../../testing/test-guard'
import { onUpgrade } from '../../testing/websocket-backend'
import type { Paused } from './paused'

let started: TestEngine
let client: FramePeer
let backend: FramePeer

/** A client and a backend that speak WebSocket, with the engine between them. */
async function connect(): Promise<void> {
  started = await startTestEngine(() => ({}))
  const accepted = new Promise<FramePeer>((resolve) => {
    onUpgrade(started.backend, (upgrade) => resolve(upgrade.accept()))
  })
  client = FramePeer.connect(started.port, '/')
  await client.opened()
  backend = await accepted
}

afterEach(async () => {
  client.vanish()
  await started.stop()
})

const guardOf = (from: 'client' | 'backend', text = '') =>
  new TestGuard(
    started.engine.gate,
    (it) => it.what === 'message' && it.from === from && it.data.toString().includes(text),
  )

function change(thing: Paused, text: string): void {
  if (thing.passing.what !== 'message') throw new Error('not a message')
  thing.release({ do: 'change', to: { ...thing.passing, data: Buffer.from(text) } })
}

const got = (peer: FramePeer, ...frames: string[]) =>
  vi.waitFor(() => expect(peer.frames.filter((frame) => frame.startsWith('TEXT'))).toEqual(frames))

test.each([
  ['client', 'backend'],
  ['backend', 'client'],
] as const)('a message of the %s waits, and what follows waits behind it', async (from, to) => {
  await connect()
  const [sender, receiver] = from === 'client' ? [client, backend] : [backend, client]
  const guard = guardOf(from, 'one')
  sender.send('TEXT one', 'TEXT two')
  const thing = await guard.nth(0)
  const other = to === 'client' ? client : backend
  expect(receiver).toBe(other)
  receiver.send('TEXT back')
  await got(sender, 'TEXT back')
  expect(receiver.frames.filter((frame) => frame.startsWith('TEXT'))).toEqual([])
  expect(started.sink.of('paused')).toMatchObject([{ what: 'message', from }])
  thing.release({ do: 'go' })
  await got(receiver, 'TEXT one', 'TEXT two')
  expect(started.sink.of('released')).toMatchObject([{ how: 'unchanged' }])
})

test.each(['client', 'backend'] as const)('a message of the %s is changed, dropped, or answered', async (from) => {
  await connect()
  const [sender, receiver] = from === 'client' ? [client, backend] : [backend, client]
  const guard = guardOf(from)
  sender.send('TEXT a', 'TEXT b', 'TEXT c', 'TEXT d')
  const [a, b, c, d] = [await guard.nth(0), await guard.nth(1), await guard.nth(2), await guard.nth(3)]
  d.release({ do: 'go' })
  c.release({ do: 'answer', with: { kind: 'text', data: Buffer.from('mine') } })
  b.release({ do: 'drop' })
  change(a, 'changed')
  await got(receiver, 'TEXT changed', 'TEXT d')
  await got(sender, 'TEXT mine')
  expect(guard.ends).toEqual(['unchanged', 'answered', 'dropped', 'changed'])
  expect(started.sink.of('ws-message').filter((e) => e.from === from && !e.passed).length).toBe(2)
})

test('a close waits behind a message', async () => {
  await connect()
  const guard = guardOf('client')
  client.send('TEXT last', 'CLOSE 1000')
  const thing = await guard.nth(0)
  expect(backend.frames).toEqual([])
  thing.release({ do: 'go' })
  await vi.waitFor(() => expect(backend.frames).toEqual(['TEXT last', 'CLOSE 1000']))
})

test('who leaves lets all go; a WebSocket that ends takes its messages with it', async () => {
  await connect()
  const guard = guardOf('client')
  client.send('TEXT one', 'TEXT two')
  await guard.nth(1)
  guard.leave()
  await got(backend, 'TEXT one', 'TEXT two')
  const again = guardOf('client')
  client.send('TEXT three')
  await again.nth(0)
  backend.vanish()
  await vi.waitFor(() => expect(again.ends).toEqual(['over']))
  expect(started.engine.gate.waiting).toBe(0)
})
