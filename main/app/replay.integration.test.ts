// Replays over real sockets: what is sent again, and what links it to its original.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CallOutput } from '../../preload/contract/calls'
import { ScriptedBackend } from '../testing/scripted-backend'
import { GripscopeApp } from './app'
import { makeDispatch, noDialogs } from './handlers'
import { memorySettings } from './settings-store'

let backend: ScriptedBackend
let app: GripscopeApp

beforeEach(async () => {
  backend = await ScriptedBackend.start((request) => ({ body: `${request.method} ${request.url} ${request.body}` }))
  app = new GripscopeApp({
    frontend: 'web',
    settings: memorySettings({
      backend: { kind: 'url', url: `http://127.0.0.1:${backend.port}` },
      proxyPort: 0,
      publishPort: 0,
      bodyLimitKiB: 1,
    }),
  })
  await app.start()
})

afterEach(async () => {
  await app.stop()
  await backend.stop()
})

async function send(path: string, init?: RequestInit): Promise<number> {
  await fetch(`${app.proxyOrigin}${path}`, init).then((response) => response.text())
  const { exchanges } = await app.live.model()
  return Math.max(...exchanges.keys())
}

async function replay(id: number, changes: Record<string, unknown> = {}): Promise<CallOutput<'exchange.replay'>> {
  const reply = await makeDispatch(app, noDialogs)('exchange.replay', { id, ...changes })
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value as CallOutput<'exchange.replay'>
}

async function requestOf(id: number) {
  const { exchanges } = await app.live.model()
  return exchanges.get(id)?.request
}

test('a replay sends the same request, and is linked to its original', async () => {
  const id = await send('/items?a=1', { method: 'POST', headers: { 'X-Mine': 'yes' }, body: 'hello' })
  expect(await replay(id)).toEqual({ ok: true, id: id + 1 })
  expect(await requestOf(id + 1)).toMatchObject({ method: 'POST', url: '/items?a=1', replayOf: id })
  await expect.poll(() => backend.requests.length).toBe(2)
  expect(backend.requests[1]).toMatchObject({ url: '/items?a=1', headers: { 'x-mine': 'yes' } })
  expect(String(backend.requests[1]?.body)).toBe('hello')
})

test('a replay can be replayed, and the link between them is no header of the request', async () => {
  const id = await send('/once')
  await replay(id)
  expect(await replay(id + 1, { url: '/twice' })).toEqual({ ok: true, id: id + 2 })
  const request = await requestOf(id + 2)
  expect(request).toMatchObject({ url: '/twice', replayOf: id + 1 })
  expect(request?.headers.join(' ').toLowerCase()).not.toContain('gripscope')
})

test('a body that was not kept whole is not sent as if it were', async () => {
  const id = await send('/big', { method: 'POST', body: 'x'.repeat(5000) })
  expect(await replay(id)).toMatchObject({ ok: false, problem: { field: 'body' } })
  expect(await replay(id, { bodyBase64: btoa('short') })).toMatchObject({ ok: true })
})

test.each<[changes: Record<string, unknown>, said: RegExp]>([
  [{ method: 'foo' }, /^the proxy answered 400: ./],
  [{ method: 'FOO' }, /^the proxy answered 400: ./],
  [{ method: 'G ET' }, /^it can't be sent: invalid request method/],
  [{ headers: [['Bad Name', 'x']] }, /^it can't be sent: invalid header/],
  [
    {
      headers: [
        ['X-Long', 'x'.repeat(65_500)],
        ['X-Longer', 'x'.repeat(65_500)],
      ],
    },
    /^the proxy answered 431/,
  ],
])('what the proxy refuses is told at once, with its answer: %j', async (changes, said) => {
  const id = await send('/once')
  const result = await replay(id, changes)
  expect(result).toMatchObject({ ok: false, problem: { field: 'request', message: expect.stringMatching(said) } })
  expect(JSON.stringify(result)).not.toContain('Try it again')
  expect(backend.requests).toHaveLength(1)
})

test('unusual methods that the proxy takes are sent', async () => {
  const id = await send('/once')
  for (const method of ['TRACE', 'PURGE']) expect(await replay(id, { method }), method).toMatchObject({ ok: true })
})
