// Ports and addresses as configs may name them: what can't be listened on is a problem that names the field and the fix.
import net from 'node:net'
import { expect, test } from 'vitest'
import { listenOn } from './listening'

test.each([
  ['127.0.0.1', 65_536],
  ['127.0.0.1', -1],
  ['127.0.0.1', 1.5],
  ['127.0.0.1', Number.NaN],
  ['127.0.0.1', 1e308],
  ['\0', 0],
  ['a\0b', 0],
  ['256.256.256.256', 0],
])('listening on %j port %d fails as a value', async (host, port) => {
  const state = await listenOn(net.createServer(), host, port, { field: 'publish port', option: '--publish-port' })
  expect(state).toMatchObject({ state: 'failed', problem: { field: 'publish port' } })
  expect(state.problem?.fix).toMatch(/--publish-port|--listen/)
})
