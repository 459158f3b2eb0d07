// Asking very many targets: connections are kept for a bounded number of them.
import { afterEach, expect, it } from 'vitest'
import type { Target } from '../../grip/route-types'
import { ScriptedBackend } from '../../testing/scripted-backend'
import { plainTarget } from '../exchange/own-request'
import { Upstream } from './upstream'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

/** Asks a target, told from others by its text; resolves with the status, or with the code of what went wrong. */
function ask(upstream: Upstream, port: number, text = '', more: Partial<Target> = {}): Promise<number | string> {
  const target = { ...plainTarget(new URL(`http://127.0.0.1:${port}`), false), text, ...more }
  return new Promise((resolve) => {
    let seen = 0
    upstream.send(
      target,
      { method: 'GET', path: '/', headers: ['Host', 'a'], body: null },
      {
        onHead: (_ask, status) => {
          seen = status
        },
        onData: () => true,
        onEnd: () => resolve(seen),
        onFail: (_ask, { code }) => resolve(code),
      },
    )
  })
}

it('of a thousand targets at most a hundred are kept, and those under way are let be', async () => {
  const upstream = new Upstream()
  open.push({ stop: () => upstream.close() })
  const backend = await ScriptedBackend.start((_request, count) => (count === 1 ? undefined : { body: 'ok' }))
  open.push(backend)
  const hanging = ask(upstream, backend.port)
  for (let i = 0; i < 1000; i++) expect(await ask(upstream, 1, `${i}`)).toBe('ECONNREFUSED')
  expect(upstream.targets).toBeLessThanOrEqual(100)
  expect(upstream.underWay).toBe(1)
  backend.server.closeAllConnections()
  expect(await hanging).toBe('UND_ERR_SOCKET')
  expect(await ask(upstream, backend.port)).toBe(200)
})

it.each<Partial<Target>>([
  { host: 'a%b' },
  { host: '127.0.0.256' },
  { host: '' },
  { host: '::g' },
  { port: 99_999 },
  { port: -1 },
  { ssl: true, clientIdentity: { cert: 'none', key: 'none' } },
])('a target that no connection can be opened to (%j) fails, as an answer of its own', async (more) => {
  const upstream = new Upstream()
  open.push({ stop: () => upstream.close() })
  let returned = false
  const failed = ask(upstream, 1, JSON.stringify(more), more).then((code) => [code, returned])
  returned = true
  expect(await failed).toEqual([expect.stringMatching(/^[A-Z]/), true])
})
