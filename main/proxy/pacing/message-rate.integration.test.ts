// A limited rate of messages: what is over it waits and is dropped in view.
import { afterEach, expect, it } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { instruct } from '../../testing/scripted-backend'
import { startTestEngine } from '../../testing/test-engine'
import { OUTCOMES } from '../../trace/events'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

it('delays what is over it, drops what may not wait, and records both', async () => {
  const hold = instruct({ hold: { mode: 'stream', channels: [{ name: 'room' }] }, response: { body: 'begins\n' } })
  const t = await startTestEngine(() => hold, ['* BACKEND'], { proxy: { messageRate: 1, messageHwm: 1 } })
  open.push(t)
  const client = RawClient.get(t.port, '/')
  open.push({ stop: () => client.close() })
  await client.bodyHas('begins\n')
  await t.subscribed()
  const say = (content: string) => ({ channel: 'room', formats: { 'http-stream': { content } } })
  await t.publish(say('first\n'), say('second\n'), say('third\n'))
  expect(client.body).not.toContain('second')
  t.sink.pass(1000)
  await client.bodyHas('second\n')
  expect(client.body).toBe('begins\nfirst\nsecond\n')
  const outcomes = t.sink.of('delivery').map(({ p, outcomes: [code] }) => [p, OUTCOMES[code ?? -1]])
  expect(outcomes).toEqual([
    [1, 'delivered'],
    [2, 'waiting'],
    [3, 'rate-limited'],
    [2, 'delivered'],
  ])
})
