// Untrusted targets on this machine are not asked, by whatever name and for whatever reason (as Pushpin by default).
import { afterEach, describe, expect, it } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { RawClient } from '../../testing/raw-client'
import { withMessage } from '../../testing/said'
import { ScriptedBackend } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

async function start(routes: string[]): Promise<TestEngine> {
  const t = await startTestEngine(() => ({ body: 'ok' }), routes)
  open.push(t)
  return t
}

const WHY = /the target is untrusted, and \S+ is an internal address/

const INTERNAL = [
  ...['127.0.0.1', 'localhost', '[::1]', '127.1', '0x7f.1', '2130706433', '0', '127.0.0.1.', '１２７.0.0.1'],
  ...['[::ffff:127.0.0.1]', '[::ffff:a00:1]', '[0:0::0]'],
]

describe.each(INTERNAL)('an untrusted target at %s', (host) => {
  it('is not asked, and no other one instead', async () => {
    const t = await start([`*,debug ${host}:1,untrusted BACKEND`])
    const client = await RawClient.get(t.port, '/').whole()
    client.close()
    expect([client.status, t.backend.requests.length]).toEqual([502, 0])
    expect(client.body).toMatch(WHY)
    expect(t.sink.of('backend-failed')).toMatchObject([{ code: 'BLOCKED_ADDRESS', again: false }])
    expect(withMessage(await t.sink.next('ended'))).toMatchObject({
      how: 'backend-failed',
      message: expect.stringMatching(WHY),
    })
  })

  it.each(['', ',over_http'])('gets no WebSocket (%s)', async (more) => {
    const t = await start([`*,debug ${host}:1,untrusted${more} BACKEND,over_http`])
    const peer = FramePeer.connect(t.port, '/')
    open.push({ stop: () => peer.vanish() })
    expect(withMessage(await t.sink.next('ended'))).toMatchObject({
      how: 'backend-failed',
      message: expect.stringMatching(WHY),
    })
    expect(t.sink.of('response')[0]?.status).toBe(502)
    expect(t.backend.requests).toEqual([])
  })
})

it('a route says so at once, where its target is an address', async () => {
  const t = await start(['* BACKEND 10.0.0.1:80,untrusted,ssl', 'x.test BACKEND,untrusted api.test:80,untrusted'])
  const port = String(t.backend.port)
  expect(t.engine.routeWarnings).toEqual([
    {
      line: 1,
      column: `* 127.0.0.1:${port} 10.0.0.1:80,`.length + 1,
      message: expect.stringMatching(/^10\.0\.0\.1 is/),
    },
    { line: 2, column: `x.test 127.0.0.1:${port},`.length + 1, message: expect.stringMatching(/^127\.0\.0\.1 is/) },
  ])
})

it('a trusted one is asked', async () => {
  const t = await start(['* BACKEND'])
  const client = await RawClient.get(t.port, '/').whole()
  client.close()
  expect(client.body).toBe('ok')
})

it('an untrusted one comes after those that are not there', async () => {
  const other = await ScriptedBackend.start(() => ({ body: 'other' }))
  open.push(other)
  const t = await start([`* 127.0.0.1:1 127.0.0.1:${other.port},untrusted`])
  const client = await RawClient.get(t.port, '/').whole()
  client.close()
  expect([client.status, other.requests.length]).toEqual([502, 0])
  expect(t.sink.of('backend-failed').map((e) => e.code)).toEqual(['ECONNREFUSED', 'BLOCKED_ADDRESS'])
})
