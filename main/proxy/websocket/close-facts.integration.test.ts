// Who closes a WebSocket first, and with which code, is in the events as such.
import { afterEach, expect, it } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, events, WITH_GRIP } from '../../testing/websocket-backend'

let engine: TestEngine
let client: FramePeer

afterEach(async () => {
  client.vanish()
  await engine.stop()
})

async function open(first: readonly string[] = [control({ type: 'subscribe', channel: 'a' })]): Promise<void> {
  let count = 0
  engine = await startTestEngine(
    () => events(count++ === 0 ? ['OPEN', ...first] : [], WITH_GRIP),
    ['* BACKEND,over_http'],
  )
  client = FramePeer.connect(engine.port, '/')
  await client.opened()
}

it('a client', async () => {
  await open()
  client.send('CLOSE 4001 bye')
  expect(await engine.sink.next('ws-message', ({ kind }) => kind === 'close')).toMatchObject({
    from: 'client',
    code: 4001,
  })
  expect(await engine.sink.next('ended')).toMatchObject({ by: 'client', code: 4001 })
})

it('a client without a code', async () => {
  await open()
  client.send('CLOSE')
  const close = await engine.sink.next('ws-message', ({ kind }) => kind === 'close')
  expect(close).not.toHaveProperty('code')
  const ended = await engine.sink.next('ended')
  expect(ended.by).toBe('client')
  expect(ended).not.toHaveProperty('code')
})

it('a backend', async () => {
  await open(['CLOSE 4002 enough'])
  expect(await client.nth(1)).toBe('CLOSE 4002 enough')
  client.send('CLOSE 4002')
  expect(await engine.sink.next('ended')).toMatchObject({ by: 'backend', code: 4002 })
})

it('a publish', async () => {
  await open()
  await engine.publish({ channel: 'a', formats: { 'ws-message': { action: 'close', code: 4003 } } })
  expect(await client.nth(1)).toBe('CLOSE 4003')
  expect(await engine.sink.next('ended')).toMatchObject({ how: 'closed', by: 'publish', code: 4003 })
})

it('a client that leaves without a word: nobody', async () => {
  await open()
  client.vanish()
  expect(await engine.sink.next('ended')).not.toHaveProperty('by')
})

it('the prefix that is cut off is in the event that opens it', async () => {
  await open()
  expect((await engine.sink.next('response', ({ opens }) => opens === true)).messagePrefix).toBe('m:')
})
