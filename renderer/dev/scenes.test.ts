import { expect, test } from 'vitest'
import { calls } from '../../preload/contract/calls'
import { pushSchema } from '../../preload/contract/pushes'
import { bridgeOfScene, type Scene } from './scenes'

test.each<[Scene, number, string]>([
  ['session', 1, 'listening'],
  ['empty', 1, 'listening'],
  ['busy', 1, 'listening'],
  ['many', 51, 'listening'],
  ['taken', 1, 'failed'],
])('the scene %s keeps to the contract', async (scene, pushes, state) => {
  const bridge = bridgeOfScene(scene, 'dark', true)
  const pushed: unknown[] = []
  bridge.watch((push) => pushed.push(push))()
  expect(pushed.map((push) => pushSchema.safeParse(push).success)).toEqual(Array(pushes).fill(true))
  const reply = await bridge.call('app.state', null)
  const said = calls['app.state'].output.parse(reply.ok ? reply.value : undefined)
  expect(said).toMatchObject({ proxy: { state }, settings: { theme: 'dark', welcomed: true } })
  const body = await bridge.call('exchange.body', { id: 1, kind: 'response' })
  expect(calls['exchange.body'].output.safeParse(body.ok ? body.value : undefined).success).toBe(true)
})
