// Requests and instructs that are stopped at the gate, over real sockets.
import { expect, test } from 'vitest'
import { engineSetUp } from '../../testing/engine-set-up'
import { RawClient } from '../../testing/raw-client'
import { instruct } from '../../testing/scripted-backend'
import type { TestEngine } from '../../testing/test-engine'
import { TestGuard } from '../../testing/test-guard'
import type { Passing } from './passing'
import type { Paused } from './paused'

const { engineOver, get, stopAfter } = engineSetUp()

const PAGE = { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'hello' }
const HOLD = instruct({ hold: { mode: 'response', channels: [{ name: 'c' }] }, response: { body: 'timeout' } })
const MINE = { status: 418, reason: 'Mine', headers: ['X-Mine', '1'], body: Buffer.from('mine') }

const guardOf = (t: TestEngine, what: Passing['what']) => new TestGuard(t.engine.gate, (it) => it.what === what)

function passing<W extends Passing['what']>(thing: Paused, what: W): Extract<Passing, { what: W }> {
  if (thing.passing.what !== what) throw new Error(`it is a ${thing.passing.what}`)
  return thing.passing as Extract<Passing, { what: W }>
}

test('a request waits before its backend is asked, and is let go', async () => {
  const t = await engineOver(() => PAGE)
  const guard = guardOf(t, 'request')
  const client = get(t, '/a?b')
  const thing = await guard.nth(0)
  expect(passing(thing, 'request')).toMatchObject({ x: 1, method: 'GET', url: '/a?b', body: undefined })
  expect(t.backend.requests).toEqual([])
  t.sink.pass(3000)
  thing.release({ do: 'go' })
  expect((await client.whole()).body).toBe('hello')
  expect(t.sink.story(1)).toBe('request paused released sent answered answer-end response ended')
  const [paused, released] = [t.sink.of('paused')[0], t.sink.of('released')[0]]
  expect(paused).toMatchObject({ what: 'request', pause: 1 })
  expect((released?.t ?? 0) - (paused?.t ?? 0)).toBeGreaterThan(3000)
})

test('a request is changed: path, headers and body', async () => {
  const t = await engineOver(() => PAGE)
  const guard = guardOf(t, 'request')
  const client = RawClient.open(t.port).send('POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nold')
  stopAfter({ stop: () => client.close() })
  const request = passing(await guard.nth(0), 'request')
  const headers = [...request.headers, 'X-New', '1']
  guard.things[0]?.release({ do: 'change', to: { ...request, url: '/b', headers, body: Buffer.from('longer') } })
  expect((await client.whole()).body).toBe('hello')
  const [seen] = t.backend.requests
  expect([seen?.url, seen?.headers['x-new'], seen?.headers['content-length'], String(seen?.body)]).toEqual([
    '/b',
    '1',
    '6',
    'longer',
  ])
  expect(t.sink.of('released')).toMatchObject([{ how: 'changed' }])
})

test('a request is answered without a backend', async () => {
  const t = await engineOver(() => PAGE)
  const guard = guardOf(t, 'request')
  const client = get(t)
  ;(await guard.nth(0)).release({ do: 'answer', with: MINE })
  await client.whole()
  expect([client.status, client.header('x-mine'), client.body]).toEqual([418, '1', 'mine'])
  expect(t.backend.requests).toEqual([])
})

test('a request is dropped: its client is disconnected', async () => {
  const t = await engineOver(() => PAGE)
  const guard = guardOf(t, 'request')
  const client = get(t)
  ;(await guard.nth(0)).release({ do: 'drop' })
  await client.ended()
  expect(client.text).toBe('')
  expect(t.sink.of('ended')).toMatchObject([{ how: 'closed', by: 'proxy', cause: { code: 'gate-dropped' } }])
})

test('an instruct waits before it is understood, and is changed', async () => {
  const t = await engineOver(() => HOLD)
  const guard = guardOf(t, 'instruct')
  const client = get(t)
  const answer = passing(await guard.nth(0), 'instruct')
  expect(t.sink.of('subscribed')).toEqual([])
  const body = Buffer.from(String(answer.body).replace('"c"', '"d"'))
  guard.things[0]?.release({ do: 'change', to: { ...answer, body } })
  await t.subscribed()
  expect(t.sink.of('subscribed')).toMatchObject([{ channel: 'd' }])
  await t.publish({ channel: 'd', formats: { 'http-response': { body: 'news' } } })
  expect((await client.whole()).body).toBe('news')
})

test('an instruct is answered in its place, or dropped', async () => {
  const t = await engineOver(() => HOLD)
  const guard = guardOf(t, 'instruct')
  const [first, second] = [get(t), get(t)]
  ;(await guard.nth(0)).release({ do: 'answer', with: MINE })
  ;(await guard.nth(1)).release({ do: 'drop' })
  await Promise.race([first.ended(), second.ended()])
  expect([first.status, second.status].sort()).toEqual([0, 418])
  expect(t.sink.of('held')).toEqual([])
})

test('a client that leaves takes its request with it', async () => {
  const t = await engineOver(() => PAGE)
  const guard = guardOf(t, 'request')
  const client = get(t)
  const thing = await guard.nth(0)
  client.close()
  await t.sink.next('ended')
  expect(guard.ends).toEqual(['over'])
  expect(thing.release({ do: 'go' })).toBe(false)
  expect(t.backend.requests).toEqual([])
})

test('who leaves the gate lets requests go; so does the end of the engine', async () => {
  const t = await engineOver(() => PAGE)
  const guard = guardOf(t, 'request')
  const client = get(t)
  await guard.nth(0)
  guard.leave()
  expect((await client.whole()).body).toBe('hello')
  const again = guardOf(t, 'request')
  const last = get(t)
  await again.nth(0)
  await t.engine.stop()
  await last.ended()
  expect(again.ends).toEqual(['unchanged'])
})
